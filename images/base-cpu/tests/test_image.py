"""What holds in every image of the family: the user, the environment, what can be written and what can't."""

import os
import ssl
import subprocess
import sys
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

import pytest

VENV = Path("/opt/venv")

ENVIRONMENT = {
    "USER": "app",
    "HOME": "/tmp",
    "XDG_CACHE_HOME": "/tmp/.cache",
    "NUMBA_CACHE_DIR": "/tmp/numba",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "HF_HOME": "/models/huggingface",
    "TORCH_HOME": "/models/torch",
    "PYTHONPATH": "/app",
    "LANG": "C.UTF-8",
}


def test_user_is_not_root_and_has_no_capability() -> None:
    status = Path("/proc/self/status").read_text()
    assert os.getuid() != 0
    assert "CapEff:\t0000000000000000" in status


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_environment(name: str) -> None:
    assert os.environ[name] == ENVIRONMENT[name]


def test_python_is_the_environment_s() -> None:
    assert Path(sys.prefix) == VENV
    assert sys.version_info[:2] == (3, 11)
    found = subprocess.run(["which", "python"], check=True, capture_output=True, text=True).stdout.strip()
    assert Path(found) == VENV / "bin" / "python"


@pytest.mark.parametrize("folder", ["/models", "/data"])
def test_volumes_take_any_user(folder: str) -> None:
    assert Path(folder).stat().st_mode & 0o7777 == 0o1777


@pytest.mark.parametrize("folder", ["/app", "/opt/venv"])
def test_code_and_packages_are_root_s_and_read_only(folder: str) -> None:
    entries = [Path(folder), *Path(folder).rglob("*")]
    assert [e for e in entries if e.lstat().st_uid != 0] == []
    assert [e for e in entries if not e.is_symlink() and e.stat().st_mode & 0o022] == []
    assert [e for e in entries if not os.access(e, os.R_OK)] == []


def test_no_distribution_is_there_twice() -> None:
    names = Counter(
        d.metadata["Name"].lower().replace("_", "-") for d in distributions(path=[*image_paths()])
    )
    assert len(names) > 10
    assert [name for name, count in names.items() if count > 1] == []


def image_paths() -> list[str]:
    return [path for path in sys.path if not path.startswith("/test-data")]


def test_base_s_packages_are_its_own() -> None:
    """Every file that a package lists is there with its size: no child has overwritten another's file."""
    listed = [
        file
        for distribution in distributions(path=[str(VENV / "lib/python3.11/site-packages")])
        for file in distribution.files or []
        if file.size is not None and file.suffix != ".pyc"  # a wheel's own are compiled anew
    ]
    assert len(listed) > 1000
    assert [str(file) for file in listed if Path(str(file.locate())).lstat().st_size != file.size] == []


def test_certificates_are_the_distribution_s() -> None:
    """A bundle that a proxy's certificate was added to, at build time, would hold one more."""
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    parts = Path("/usr/share/ca-certificates").rglob("*.crt")
    own = {cert for part in parts for cert in part.read_text().split("-----BEGIN CERTIFICATE-----")[1:]}
    held = set(bundle.read_text().split("-----BEGIN CERTIFICATE-----")[1:])
    assert len(held) > 100
    assert held == own
    assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 100


def test_no_secret_is_left() -> None:
    secrets = Path("/run/secrets")
    assert not secrets.exists() or list(secrets.iterdir()) == []
