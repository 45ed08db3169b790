"""Files are whole or not there."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from stagekit.errors import OutputFailed
from stagekit.files import atomic_path, sha256, write_json


class Number(BaseModel):
    """A content."""

    n: int


def test_json_replaces_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_json(target, Number(n=1))
    write_json(target, Number(n=2))
    assert target.read_text() == '{\n  "n": 2\n}\n'
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_keeps_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_json(target, Number(n=1))

    def fail() -> None:
        with atomic_path(target) as part:
            part.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "1" in target.read_text()
    assert list(tmp_path.iterdir()) == [target]


def test_readers_never_see_a_part(tmp_path: Path) -> None:
    """A plain open-and-write would show the half-written text here."""
    target = tmp_path / "a.json"
    with atomic_path(target) as part:
        part.write_text("half")
        assert not target.exists()
    assert target.read_text() == "half"


def test_what_a_killed_run_left_is_removed_and_what_another_writes_is_not(tmp_path: Path) -> None:
    """A part of its own process is locked: as another's would be, since a lock is of the open file."""
    target = tmp_path / "a[1].json"
    left, other = tmp_path / f".{target.name}.0123abcd.part", tmp_path / ".a.json.0123abcd.part"
    left.touch()
    other.touch()
    with atomic_path(target) as part:
        write_json(target, Number(n=1))
        assert part.exists()
        assert not left.exists()
        assert other.exists()


def test_mode_follows_the_umask_as_for_any_file(tmp_path: Path) -> None:
    write_json(tmp_path / "a", Number(n=1))
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize(
    ("target", "reason"), [("no/a.json", "No such file"), ("/dev/full/a", "Not a directory")]
)
def test_what_cannot_be_written_is_said(target: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match=f"can't be written: {reason}"):
        write_json(tmp_path / target, Number(n=1))


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a").startswith("ba7816bf8f01cfea414140de5dae2223")
