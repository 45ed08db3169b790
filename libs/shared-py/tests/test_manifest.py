"""The manifest says what was made from what."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from conftest import Run


def test_manifest(run: Run) -> None:
    before = datetime.now(UTC)
    assert run("--input", "in.txt", "--output", "out.json", "--times", "2", "--count", "n.json").code == 0
    manifest = json.loads(Path("out.json.manifest.json").read_text())

    def record(name: str) -> dict[str, object]:
        content = Path(name).read_bytes()
        return {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    assert manifest["stage"] == "copy"
    assert manifest["inputs"] == [record("in.txt")]
    assert manifest["outputs"] == [record("out.json"), record("n.json")]
    assert manifest["settings"]["times"] == 2
    assert manifest["versions"]["python"].startswith("3.")
    assert set(manifest["versions"]) == {"python", "pydantic"}
    assert before <= datetime.fromisoformat(manifest["started"]) <= datetime.now(UTC)
    assert 10e6 < manifest["peak_memory"] < 1e9
    assert manifest["seconds"]["total"] >= manifest["seconds"]["copy"] >= 0


def test_unknown_package_is_said() -> None:
    from stagekit.manifest import versions

    assert versions(["no-such-package"])["no-such-package"] == "missing"


def test_outputs_of_one_stem_have_a_manifest_each(run: Run) -> None:
    for name in ("speech.wav", "speech.json"):
        assert run("--input", "in.txt", "--output", name).code == 0
        assert json.loads(Path(f"{name}.manifest.json").read_text())["outputs"][0]["path"] == name


def test_an_old_manifest_never_describes_a_new_output(run: Run) -> None:
    """The second run is refused before work; the third writes its output, then fails."""
    manifest = Path("out.json.manifest.json")
    good = ("--input", "in.txt", "--output", "out.json")
    assert run(*good).code == 0
    assert run(*good, "--count", "in.txt").code == 2
    assert manifest.exists()
    assert run(*good, "--times", "3", "--failure", "x").code == 1
    assert json.loads(Path("out.json").read_text()) == {"text": "aaa"}
    assert not manifest.exists()
