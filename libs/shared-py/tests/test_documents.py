"""Files between stages: what is written can be read, and what isn't right is named."""

from pathlib import Path

import pytest

from stagekit.documents import Speech, Transcript, read_document
from stagekit.errors import InvalidInput
from stagekit.files import write_json


def test_what_is_written_is_read(tmp_path: Path) -> None:
    speech = Speech.model_validate({"duration": 2, "segments": [{"start": 0.5, "end": 1}]})
    write_json(tmp_path / "speech.json", speech)
    assert read_document(tmp_path / "speech.json", Speech) == speech


BAD = {
    "no JSON": ("{", "the file: Invalid JSON"),
    "another document": ('{"duration": 1, "segments": []}', "language: Field required"),
    "wrong inside": (
        '{"language": "en", "spoken": "en", "duration": 9, "words": "none",'
        ' "segments": [{"start": 2, "end": 1, "text": ""}]}',
        "segments.0: Value error, end 1.0 is before start 2.0",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files(case: str, tmp_path: Path) -> None:
    text, complaint = BAD[case]
    path = tmp_path / "transcript.json"
    path.write_text(text)
    with pytest.raises(InvalidInput) as error:
        read_document(path, Transcript)
    assert str(error.value).startswith(f"{path} is no Transcript: {complaint}")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="can't be read: No such file"):
        read_document(tmp_path / "no.json", Speech)
