"""The manifest says what was made from what."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from conftest import Run


def test_manifest(run: Run) -> None:
    before = datetime.now(UTC)
    assert run("--input", "in.txt", "--output", "out.json", "--times", "2").code == 0
    manifest = json.loads(Path("out.manifest.json").read_text())

    def record(name: str) -> dict[str, object]:
        content = Path(name).read_bytes()
        return {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    assert manifest["stage"] == "copy"
    assert manifest["inputs"] == [record("in.txt")]
    assert manifest["outputs"] == [record("out.json")]
    assert manifest["settings"]["times"] == 2
    assert manifest["versions"]["python"].startswith("3.")
    assert set(manifest["versions"]) == {"python", "pydantic"}
    assert before <= datetime.fromisoformat(manifest["started"]) <= datetime.now(UTC)
    assert manifest["seconds"]["total"] >= manifest["seconds"]["copy"] >= 0


def test_unknown_package_is_said() -> None:
    from stagekit.manifest import versions

    assert versions(["no-such-package"])["no-such-package"] == "missing"
