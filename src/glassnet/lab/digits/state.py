"""What an address of the page *Digits* holds: the model, the drawing, and what the model was taught here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.digits.pad import Stroke, image_from, strokes_of, strokes_text
from glassnet.lab.shown import typed
from glassnet.words import unknown

MOST_STEPS, MOST_LESSONS = 1_000, 12
LARGEST_RATE = 10.0


@dataclass(frozen=True)
class Lesson:
    """Steps of training on one image."""

    digit: int
    steps: int
    rate: str
    image: str


@dataclass(frozen=True)
class State:
    """What an address holds: the model, the drawing, and what the model was taught here."""

    model: str
    strokes: tuple[Stroke, ...] = ()
    below: str = ""
    lessons: tuple[Lesson, ...] = ()

    @property
    def fragment(self) -> str:
        parts = [f"model={quote(self.model)}"]
        parts += [f"image={self.below}"] if self.below else []
        parts += [f"ink={strokes_text(self.strokes)}"] if self.strokes else []
        parts += [f"lesson={one.digit}:{one.steps}:{quote(one.rate)}:{one.image}" for one in self.lessons]
        return "&".join(parts)

    @classmethod
    def of(cls, fragment: str, model: str) -> State:
        """The state of an address."""
        state = cls(model)
        for name, text in parse_qsl(fragment, keep_blank_values=True):
            if name == "model":
                state = replace(state, model=text)
            elif name == "ink":
                state = replace(state, strokes=strokes_of(text))
            elif name == "image":
                image_from(text)
                state = replace(state, below=text)
            elif name == "lesson":
                state = replace(state, lessons=(*state.lessons, _lesson(text)))
            else:
                raise GlassnetError(unknown("part of this address", name, ("model", "ink", "image", "lesson")))
        require_lessons(state.lessons)
        return state


def _lesson(text: str) -> Lesson:
    """The lesson of its text, digit:steps:rate:image."""
    parts = text.split(":")
    is_lesson = len(parts) == 4 and parts[0] in "0123456789" and parts[1].isascii() and parts[1].isdigit()
    require(is_lesson and len(parts[1]) < 6, "a lesson of the address is damaged")
    image_from(parts[3])
    return Lesson(int(parts[0]), int(parts[1]), parts[2], parts[3])


def require_lessons(lessons: tuple[Lesson, ...]) -> None:
    """Raise GlassnetError unless a model can be taught so."""
    for lesson in lessons:
        require(0 <= lesson.digit <= 9, f"a digit is 0 to 9, got {lesson.digit}")
        require(lesson.steps >= 1, f"give a number of steps of at least 1, got {lesson.steps}")
        rate = typed(lesson.rate, "the learning rate")
        require(0 < rate <= LARGEST_RATE, f"a learning rate is more than 0 and at most {LARGEST_RATE:g}, got {rate:g}")
    steps = sum(lesson.steps for lesson in lessons)
    require(steps <= MOST_STEPS, f"{MOST_STEPS:,} steps are the most here, not {steps:,}; undo some first")
    require(len(lessons) <= MOST_LESSONS, f"{MOST_LESSONS} drawings are the most here; undo some first")
