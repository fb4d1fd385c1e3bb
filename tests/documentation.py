"""The documentation, built as `make docs` builds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[1]


def build(project: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """project: the folder of mkdocs.yml. Not --quiet, with which --strict lets warnings pass."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
    )
