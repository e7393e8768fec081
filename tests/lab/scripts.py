"""Run what *Show Python* shows."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import Any


def ran(script: str) -> dict[str, Any]:
    """The variables that a script leaves, and what it printed as ``printed``."""
    variables: dict[str, Any] = {}
    with redirect_stdout(StringIO()) as out:
        exec(compile(script, "script", "exec"), variables)
    return {**variables, "printed": out.getvalue()}
