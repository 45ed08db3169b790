"""What libraries print is kept from the user, except progress."""

import logging
import sys

import pytest

from stagekit.logs import Progress, configure, quiet_libraries


@pytest.mark.parametrize(("debug", "heard"), [(False, ["kept"]), (True, ["chatter", "deprecated", "kept"])])
def test_libraries_are_heard_with_debug_only(
    debug: bool, heard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Lightning sets its logger's level to INFO by itself: a level on the root logger doesn't silence it."""
    configure("copy", "console", debug)
    library = logging.getLogger("lightning.like")
    library.setLevel(logging.INFO)
    library.info("chatter")
    logging.getLogger("py.warnings").warning("deprecated")
    logging.getLogger("stagekit.x").info("kept")
    shown = capsys.readouterr().err
    assert [word for word in ("chatter", "deprecated", "kept") if word in shown] == heard


def test_printed_percentages_become_progress(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO), quiet_libraries(Progress("transcribing", seconds_between=0)):
        print("Progress: 12.34%...\nchatter\nProgress: 100.00%...")  # noqa: T201
        print("chatter", file=sys.stderr)  # noqa: T201
    assert [record.getMessage() for record in caplog.records] == ["transcribing: 12 %", "transcribing: 100 %"]
    assert capsys.readouterr() == ("", "")


def test_progress_is_rare(caplog: pytest.LogCaptureFixture) -> None:
    progress = Progress("work", seconds_between=60)
    with caplog.at_level(logging.INFO):
        for share in (0.1, 0.5, 0.9, 1.0):
            progress.update(share)
    assert [record.getMessage() for record in caplog.records] == ["work: 100 %"]
