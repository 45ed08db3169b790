"""ffmpeg as a function, with the real program."""

import logging
from pathlib import Path

import pytest

from stagekit.errors import InvalidInput, Missing, OutputFailed, WorkFailed
from stagekit.ffmpeg import ffmpeg_version, probe, run_ffmpeg

TONE = ["-f", "lavfi", "-i", "sine=duration=2"]


def ignore(_share: float) -> None:
    return


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    shares: list[float] = []
    run_ffmpeg([*TONE, str(tmp_path / "a.wav")], 2.0, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1, abs=0.05)


def test_failure_gives_its_own_last_words(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed, match=r"ffmpeg failed with \d+: .*No such file or directory"):
        run_ffmpeg(["-i", str(tmp_path / "no.mkv"), str(tmp_path / "a.wav")], 1, ignore)


def test_an_output_that_is_not_whole_is_a_failure_whatever_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the real full device a stand-in: only a disk that fills with the last bytes gives code 0."""
    with pytest.raises(OutputFailed, match="No space left on device"):
        run_ffmpeg([*TONE, "-f", "wav", "/dev/full"], 2, ignore)
    program = tmp_path / "ffmpeg"
    program.write_text(
        "#!/bin/sh\necho 'Error writing trailer of file:a.wav: No space left on device' >&2\n"
        "echo 1 >&2; echo 2 >&2; echo 3 >&2\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(OutputFailed, match="ffmpeg could not write its output"):
        run_ffmpeg([], 1, ignore)


def test_complaints_of_a_success_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = tmp_path / "whole.mp3"
    run_ffmpeg([*TONE, str(whole)], 2, ignore)
    content = bytearray(whole.read_bytes())
    content[4000:5000] = bytes(1000)
    whole.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        run_ffmpeg(["-i", str(whole), str(tmp_path / "a.wav")], 2, ignore)
    assert "ffmpeg said: " in caplog.text


def test_ffmpeg_is_stopped_when_the_caller_is(tmp_path: Path) -> None:
    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ffmpeg(["-re", "-f", "lavfi", "-i", "sine=duration=600", str(tmp_path / "a.wav")], 600, stop)


def test_probe(tmp_path: Path) -> None:
    run_ffmpeg([*TONE, str(tmp_path / "-odd name.wav")], 2, ignore)
    facts = probe(tmp_path / "-odd name.wav")
    assert [stream["codec_type"] for stream in facts["streams"]] == ["audio"]
    assert float(facts["format"]["duration"]) == pytest.approx(2)
    assert facts["chapters"] == []


def test_probe_refuses_what_is_no_media() -> None:
    with pytest.raises(InvalidInput, match="isn't a video or audio file that ffprobe can read"):
        probe(Path(__file__))


def test_missing_program_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for call in (lambda: run_ffmpeg([], 1, ignore), lambda: probe(Path(__file__)), ffmpeg_version):
        with pytest.raises(Missing):
            call()
