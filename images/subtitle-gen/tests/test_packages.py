"""Every package that subtitle-gen asks for is called, not only imported."""

from pathlib import Path


def _pysubs2(folder: Path) -> None:
    import pysubs2

    file = pysubs2.SSAFile()
    file.events = [pysubs2.SSAEvent(1000, 2000, "Hello")]
    file.save(str(folder / "a.srt"))
    assert "00:00:01,000 --> 00:00:02,000" in (folder / "a.srt").read_text()


def _pysrt(folder: Path) -> None:
    import pysrt

    (folder / "b.srt").write_text("1\n00:00:01,500 --> 00:00:02,000\nHello\n")
    (item,) = pysrt.open(str(folder / "b.srt"))
    assert (item.start.ordinal, item.text) == (1500, "Hello")


CALLS = {"pysubs2": _pysubs2, "pysrt": _pysrt}


def test_package_works(requested: str, tmp_path: Path) -> None:
    CALLS[requested](tmp_path)
