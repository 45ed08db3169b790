"""Runs pytest inside an image, its packages *after* the image's: nothing of the image is shadowed.

Usage: run_tests.py PYTEST-ARGUMENTS
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "site"))

import pytest

sys.exit(pytest.main(["--import-mode=importlib", "-p", "no:cacheprovider", "-q", *sys.argv[1:]]))
