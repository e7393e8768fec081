"""What an address of the page *Sequence* holds: a network, how far it has learnt, its input, and the chosen number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from glassnet.generation import Sampling
from glassnet.ir.require import require
from glassnet.lab.address import numbers_of, numbers_text
from glassnet.lab.sequence.examples import EXAMPLES, MOST_EPOCHS
from glassnet.lab.sequence.messages import Pick
from glassnet.lab.shown import typed, whole
from glassnet.words import unknown

FIRST = next(iter(EXAMPLES))
MOST_STEPS = 64  # that one can set
KNOWN = ("model", "epochs", "input", "steps", "edits", "text", "more", "temperature", "top", "p", "seed", "pick",
         "hide")  # fmt: skip
MOST_MORE, LONGEST = 200, 400  # tokens that are written, letters that are typed


@dataclass(frozen=True)
class Writing:
    """What a language model reads: a text, and so many tokens more, drawn at a temperature of some alone.

    ``text`` is "" for that which it reads at first, ``top_k`` 0 for all, ``top_p`` 1.
    """

    text: str = ""
    more: int = 0
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class State:
    """What an address holds.

    Attributes:
        model: the example, or the network of the lab.
        epochs: how many an example has learnt; None for as many as at first.
        input: the name of what the input began as; "" for the first.
        steps: how many, where the network takes any number; 0 for as many as the input has.
        edits: the numbers that were changed, by name: of inputs, and of weights.
        writing: what a language model reads.
        pick: the chosen number; None for the last step's first unit.
        hidden: whether numbers are to be guessed; found: the names of those that were.
    """

    model: str = FIRST
    epochs: int | None = None
    input: str = ""
    steps: int = 0
    edits: tuple[tuple[str, float], ...] = ()
    writing: Writing = Writing()
    pick: Pick | None = None
    hidden: bool = False
    found: tuple[str, ...] = ()

    @property
    def goal(self) -> int:
        """How many epochs are to be learnt."""
        at_first = EXAMPLES[self.model].epochs if self.model in EXAMPLES else 0
        return at_first if self.epochs is None else self.epochs

    @property
    def _learnt(self) -> int | None:
        """The epochs, where they are not as at first."""
        return None if self.goal == State(self.model).goal else self.goal

    @property
    def fragment(self) -> str:
        """The address of it: what is not as at first."""
        return "&".join(f"{name}={quote(text, safe=',')}" for name, text in self._parts())

    def _parts(self) -> Iterator[tuple[str, str]]:
        if self.model != FIRST:
            yield "model", self.model
        if self._learnt is not None:
            yield "epochs", str(self._learnt)
        if self.input:
            yield "input", self.input
        if self.steps:
            yield "steps", str(self.steps)
        if self.edits:
            yield "edits", numbers_text(self.edits)
        yield from _parts_of(self.writing)
        if self.pick:
            pick = self.pick
            places = (one + 1 for one in (pick.layer, pick.head, pick.row, pick.column))
            yield "pick", ",".join([*map(str, places), pick.part])
        if self.hidden:
            yield "hide", ";".join(("yes", *self.found))

    @classmethod
    def of(cls, fragment: str, model: str = FIRST) -> State:
        """The state of an address, whose network is that one where it names none.

        Raises:
            GlassnetError: something in it is not there, or no number.

        >>> State.of("model=forecast&epochs=3&pick=1,1,2,5,cell").pick
        Pick(layer=0, part='cell', head=0, row=1, column=4)
        """
        given = dict(parse_qsl(fragment, keep_blank_values=True))
        for name in given:
            require(name in KNOWN, unknown("part of this address", name, KNOWN))
        hide, *found = given.get("hide", "").split(";")
        state = cls(
            given.get("model", model),
            whole(given["epochs"], "epochs") if "epochs" in given else None,
            given.get("input", ""),
            whole(given.get("steps", "0"), "steps"),
            numbers_of(given.get("edits", "")),
            _writing(given),
            _pick(given.get("pick", "")),
        )
        require(state.goal <= MOST_EPOCHS, f"an example learns for {MOST_EPOCHS} epochs at most, not {state.goal}")
        require(state.steps <= MOST_STEPS, f"there are {MOST_STEPS} steps at most, not {state.steps}")
        return replace(state, hidden=hide == "yes", found=tuple(found))


def _parts_of(writing: Writing) -> Iterator[tuple[str, str]]:
    first = Writing()
    if writing.text:
        yield "text", writing.text
    if writing.more:
        yield "more", str(writing.more)
    if writing.temperature != first.temperature:
        yield "temperature", repr(writing.temperature)
    if writing.top_k:
        yield "top", str(writing.top_k)
    if writing.top_p != first.top_p:
        yield "p", repr(writing.top_p)
    if writing.seed != first.seed:
        yield "seed", str(writing.seed)


def _writing(given: Mapping[str, str]) -> Writing:
    at_first = {"more": "0", "top": "0", "seed": "1"}
    more, top, seed = (whole(given.get(name, text), name) for name, text in at_first.items())
    temperature, share = typed(given.get("temperature", "1"), "the temperature"), typed(given.get("p", "1"), "top_p")
    writing = Writing(given.get("text", ""), more, temperature, top, share, seed)
    require_writing(writing)
    return writing


def require_writing(writing: Writing) -> None:
    """Raise GlassnetError unless so much can be written so."""
    require(len(writing.text) <= LONGEST, f"a text here has {LONGEST} characters at most, not {len(writing.text)}")
    require(writing.more <= MOST_MORE, f"{MOST_MORE} tokens are written at most, not {writing.more}; type a new text")
    Sampling(writing.temperature, writing.top_k or None, writing.top_p)  # says what makes no sense


def _pick(text: str) -> Pick | None:
    if not text:
        return None
    parts = text.split(",")
    require(len(parts) == 5, f"pick is layer, head, row, column and part, got {text!r}")
    layer, head, row, column = (whole(one, "a place") - 1 for one in parts[:4])
    return Pick(layer, parts[4], head, row, column)
