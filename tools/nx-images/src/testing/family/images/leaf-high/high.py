from pathlib import Path

from shared.names import NAME

print("high", NAME, *sorted(path.name for path in Path("/opt/venv").iterdir()))
