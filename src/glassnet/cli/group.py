"""What all commands share: how errors reach the user, and options that take several numbers."""

from __future__ import annotations

import logging
import re
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from glassnet.signals import ended_silently

USAGE, BY_SIGNAL = 2, 128
"""Exit codes: what was asked for cannot be done; to which a signal's number is added, as shells have it."""
INTERRUPTED = BY_SIGNAL + signal.SIGINT


def complain(message: object) -> None:
    """One message on the standard error stream; only a terminal gets it broken into lines."""
    from rich.console import Console

    from glassnet.outlet import Outlet
    from glassnet.words import visible

    outlet = cast("IO[str]", Outlet("stderr"))  # a terminal that was closed hears nothing more
    console, text = Console(file=outlet, markup=False, highlight=False), visible(message, keep="\n")
    console.print(f"glassnet: {text}", style="red", soft_wrap=not console.is_terminal)


class _Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())


@contextmanager
def _notes_shown() -> Iterator[None]:
    """A block in which the notes of a training are printed on the error stream, as errors are."""
    log, shown = logging.getLogger("glassnet"), _Complaints()
    log.addHandler(shown)
    try:
        yield
    finally:
        log.removeHandler(shown)


class Commands(TyperGroup):
    """Commands whose expected errors are messages, not tracebacks; anything else is a bug and shows its traceback."""

    def invoke(self, ctx: Any) -> Any:
        with ended_silently():
            from glassnet.ir.errors import GlassnetError

        try:
            with _notes_shown():
                return super().invoke(ctx)
        except GlassnetError as error:
            complain(error)
        except BrokenPipeError:
            raise  # the reader has left (as in `glassnet show mnist 7 | head -3`): Typer leaves quietly
        except OSError as error:
            complain(f"{error.filename or 'the system'}: {error.strerror or error}; check the path and its permissions")
        except MemoryError:
            complain("this does not fit into memory; take smaller layers or less data")
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        raise typer.Exit(USAGE)


class Command(TyperCommand):
    """A command whose options take several numbers: ``--hidden 128 64``, ``--hidden 128,64``, ``--input 0.4 -0.7``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rows = [name for option in self.params if option.metavar == "NUMBERS" for name in option.opts]
        several = [name for option in self.params if getattr(option, "multiple", False) for name in option.opts]
        lists = [name for name in several if name not in rows]
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, spread(args, lists, rows))
        if ctx.args:
            from glassnet.ir.errors import GlassnetError

            raise GlassnetError(self._surplus(ctx.args))
        return rest

    def _surplus(self, given: Sequence[str]) -> str:
        """What was perhaps meant by arguments of which the command takes no more."""
        takes = [str(one.metavar or one.name).upper() for one in self.params if one.param_type_name == "argument"]
        files = [option.opts[0] for option in self.params if {"--out", "--sheet"} & {*option.opts}]
        hint = f"; a file to write is named by {files[0]} {given[0]}" if files and "." in given[0] else ""
        such = f"takes {' and '.join(takes)}" if takes else "takes no arguments"
        return f"{self.name} {such}, and got {' '.join(given)} too{hint}; see glassnet {self.name} --help"


_NUMBER = r"[+-−]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?"
NUMBERS = re.compile(rf"{_NUMBER}([,;]{_NUMBER})*[,;]?")


def spread(args: Sequence[str], lists: Sequence[str], rows: Sequence[str] = ()) -> list[str]:
    """Several numbers after an option as the parser knows them.

    An option of ``lists`` is repeated before each number that follows it. The numbers that follow an option of ``rows``
    become one text.

    >>> spread(["mnist", "--hidden", "128", "64,32", "--seed", "1"], ["--hidden"])
    ['mnist', '--hidden=128', '--hidden=64', '--hidden=32', '--seed', '1']
    >>> spread(["--input", "0.4", "-0.7", "net.safetensors"], [], ["--input"])
    ['--input=0.4 -0.7', 'net.safetensors']
    """
    result: list[str] = []
    waiting = deque(args)
    while waiting:
        arg = waiting.popleft()
        option, equals, value = arg.partition("=")
        if arg == "--":
            return [*result, arg, *waiting]
        taken = [value] if equals and NUMBERS.fullmatch(value) else []
        while not equals and option in (*lists, *rows) and waiting and NUMBERS.fullmatch(waiting[0]):
            taken.append(waiting.popleft())
        if option in lists and taken:
            result += [f"{option}={number}" for number in re.findall(r"[^,;]+", ",".join(taken))]
        elif option in rows and taken:
            result.append(f"{option}={' '.join(taken)}")
        else:
            result.append(arg)
    return result
