"""What libraries print is kept from the user, except progress."""

import logging

import pytest

from stagekit.logs import Progress, quiet_libraries


def test_printed_percentages_become_progress(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO), quiet_libraries(Progress("transcribing", seconds_between=0)):
        print("Progress: 12.34%...\nchatter\nProgress: 100.00%...")  # noqa: T201
    assert [record.getMessage() for record in caplog.records] == ["transcribing: 12 %", "transcribing: 100 %"]
    assert capsys.readouterr().out == ""


def test_progress_is_rare(caplog: pytest.LogCaptureFixture) -> None:
    progress = Progress("work", seconds_between=60)
    with caplog.at_level(logging.INFO):
        for share in (0.1, 0.5, 0.9, 1.0):
            progress.update(share)
    assert [record.getMessage() for record in caplog.records] == ["work: 100 %"]
