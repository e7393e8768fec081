"""Practice: the arithmetic of networks by hand, checked term by term."""

from glassnet.practice.asking import question
from glassnet.practice.exercise import Exercise
from glassnet.practice.levels import LEVELS, exercise
from glassnet.practice.question import Question, Reply
from glassnet.practice.session import Practice, Score
from glassnet.practice.sheet import Sheet, worksheet
from glassnet.practice.slips import Slip

__all__ = [
    "LEVELS",
    "Exercise",
    "Practice",
    "Question",
    "Reply",
    "Score",
    "Sheet",
    "Slip",
    "exercise",
    "question",
    "worksheet",
]
