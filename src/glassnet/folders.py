"""Where a user's files are: paths as users type them, and the folders in which a platform keeps what programs keep."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from glassnet.ir.errors import DataError

CACHE, STATE = "GLASSNET_CACHE", "GLASSNET_STATE"
"""Environment variables that name other folders."""


def user_path(given: str | os.PathLike[str]) -> Path:
    """A path as users type it: ~ and ~name are home folders.

    Raises:
        DataError: there is no such user.

    >>> user_path("data/mnist").parts
    ('data', 'mnist')
    """
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise DataError(f"{given}: there is no user of that name; write the folder's whole path") from None


def cache_folder() -> Path:
    """The folder for what can be had again: ``GLASSNET_CACHE``, else where this platform keeps a user's caches.

    Linux: ``$XDG_CACHE_HOME/glassnet`` or ``~/.cache/glassnet``; macOS: ``~/Library/Caches/glassnet``; Windows:
    ``%LOCALAPPDATA%\\glassnet\\Cache``. It is not created here.

    Raises:
        DataError: nothing names one, as this user has no home folder.

    >>> os.environ["GLASSNET_CACHE"] = "somewhere"
    >>> cache_folder().name
    'somewhere'
    >>> del os.environ["GLASSNET_CACHE"]
    """
    return _folder(CACHE, "Cache", "Caches", "XDG_CACHE_HOME", ".cache")


def state_folder() -> Path:
    """The folder for what outlives a run: ``GLASSNET_STATE``, else where this platform keeps it; not created here.

    Linux: ``$XDG_STATE_HOME/glassnet`` or ``~/.local/state/glassnet``; macOS:
    ``~/Library/Application Support/glassnet``; Windows: ``%LOCALAPPDATA%\\glassnet\\State``.

    Raises:
        DataError: nothing names one, as this user has no home folder.

    >>> os.environ["GLASSNET_STATE"] = "somewhere"
    >>> state_folder().name
    'somewhere'
    >>> del os.environ["GLASSNET_STATE"]
    """
    return _folder(STATE, "State", "Application Support", "XDG_STATE_HOME", ".local/state")


def _folder(variable: str, on_windows: str, on_macos: str, xdg: str, on_others: str) -> Path:
    if chosen := os.environ.get(variable):
        return user_path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or _home(variable) / "AppData" / "Local") / "glassnet" / on_windows
    if sys.platform == "darwin":
        return _home(variable) / "Library" / on_macos / "glassnet"
    base = os.environ.get(xdg, "")
    return (Path(base) if os.path.isabs(base) else _home(variable) / on_others) / "glassnet"  # relative: XDG ignores it


def _home(variable: str) -> Path:
    """The user's home folder; in a container, say, there are users without one."""
    try:
        return Path.home()
    except RuntimeError:
        raise DataError(
            f"this user has no home folder to keep files in; set {variable} to a folder that can be written"
        ) from None
