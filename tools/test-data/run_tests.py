"""Runs the tests of images inside one of them, pytest's packages *after* the image's: nothing is shadowed.

Usage: run_tests.py IMAGES-FOLDER IMAGE…  (an image and those it stands on; more options in PYTEST_ADDOPTS)
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "site"))

import pytest

images = Path(sys.argv[1])
folders = [images / name / "tests" for name in sys.argv[2:]]
empty = [str(folder) for folder in folders if not list(folder.glob("test_*.py"))]
if empty or not folders:
    sys.exit(f"no tests in {', '.join(empty) or 'nothing'}; an image must have some")
options = ["--rootdir", str(images), "--import-mode=importlib", "-p", "no:cacheprovider"]
sys.exit(pytest.main([*options, *map(str, folders)]))
