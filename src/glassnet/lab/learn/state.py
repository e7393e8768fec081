"""What stands on the page *Learn*: an example, and all that was done to it, in order. Its fragment says the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.shown import whole
from glassnet.words import excerpt

MOST_STEPS = 5000
MOST_CHANGES = 400
STEPS, SAMPLES = "steps", "samples"
EPSILON = 1e-4
Change = tuple[str, str]


@dataclass(frozen=True)
class State:
    """An example, and what was done to it.

    Attributes:
        example: its name.
        changes: in order: numbers and settings by name with what they were set to, and "steps", how many were taken.
        at: the sub-step of the next step up to which that is played; 0 is before the first.
        selected: the number whose gradient is followed; "" is the first weight.
        epsilon: by how much it is nudged.
        sample: which of the samples is drawn, from 0.
    """

    example: str
    changes: tuple[Change, ...] = ()
    at: int = 0
    selected: str = ""
    epsilon: float = EPSILON
    sample: int = 0

    @property
    def last_steps(self) -> int:
        """How many steps were taken since anything else was changed."""
        return int(self.changes[-1][1]) if self.changes and self.changes[-1][0] == STEPS else 0

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return sum(int(text) for name, text in self.changes if name == STEPS)

    def changed(self, name: str, text: str) -> State:
        """With another value for a number or a setting; of values between the same steps, the last one counts.

        Another optimiser begins with its own settings. How many samples there are decides what they are called, so that
        stays where it is among the changes.
        """
        begin = max((i + 1 for i, (one, _) in enumerate(self.changes) if one == STEPS), default=0)
        before, now = self.changes[:begin], self.changes[begin:]
        if name != SAMPLES:
            now = tuple(one for one in now if one[0] != name and not one[0].startswith(f"{name}."))
        elif now and now[-1][0] == name:
            now = now[:-1]
        now = (*now, (name, text))
        require(begin + len(now) <= MOST_CHANGES, f"more than {MOST_CHANGES} changes do not fit into an address: reset")
        return replace(self, changes=(*before, *now))

    def stepped(self, count: int) -> State:
        """So many whole steps further, or back."""
        require(self.steps + count <= MOST_STEPS, f"this page takes {MOST_STEPS:,} steps at most; press Reset to go on")
        last = self.last_steps
        before = self.changes[:-1] if last else self.changes
        after = ((STEPS, str(last + count)),) if last + count else ()
        return replace(self, changes=(*before, *after), at=0)

    def fragment(self) -> str:
        """The address of it."""
        parts = [("example", self.example), *self.changes]
        parts += [("at", str(self.at))] if self.at else []
        parts += [("sample", str(self.sample + 1))] if self.sample else []
        parts += [("select", self.selected)] if self.selected else []
        parts += [("epsilon", repr(self.epsilon))] if self.epsilon != EPSILON else []
        return "&".join(f"{quote(name, safe='[],')}={quote(text, safe='[],')}" for name, text in parts)


def opened(fragment: str, first: str) -> State:
    """The state of an address, as it is written there; ``first`` is the example where none is.

    >>> opened("example=1-3-3-1&x=0.5&steps=2&steps=3&at=1", "")
    State(example='1-3-3-1', changes=(('x', '0.5'), ('steps', '5')), at=1, selected='', epsilon=0.0001, sample=0)
    """
    require(fragment.count("&") <= MOST_CHANGES + 4, f"this address has more than {MOST_CHANGES} changes")
    given = parse_qsl(fragment, keep_blank_values=True)
    state = State(dict(given).get("example", first))
    for name, text in given:
        if name == "at":
            state = replace(state, at=whole(text, "at", 1000))
        elif name == "sample":
            state = replace(state, sample=max(0, whole(text, "sample", 1000) - 1))
        elif name == "select":
            state = replace(state, selected=text)
        elif name == "epsilon":
            try:
                state = replace(state, epsilon=float(text))
            except ValueError:
                raise GlassnetError(f"epsilon must be a number, got {excerpt(text)}") from None
        elif name == STEPS:
            count = whole(text, STEPS, MOST_STEPS)
            state = replace(state.stepped(count), at=state.at) if count else state
        elif name != "example":
            state = state.changed(name, text)
    return state
