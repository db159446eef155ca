"""Quizzes that mark themselves: items of nine kinds, what a learner sees of them, and grades."""

from simulator.quiz.grades import Feedback, Grade, Part, Standing, total
from simulator.quiz.grading import grade, right_answer
from simulator.quiz.public import public
from simulator.quiz.values import (
    Item,
    ItemKind,
    Level,
    Paper,
    Question,
    Quiz,
    Release,
    Use,
)

__all__ = [
    "Feedback",
    "Grade",
    "Item",
    "ItemKind",
    "Level",
    "Paper",
    "Part",
    "Question",
    "Quiz",
    "Release",
    "Standing",
    "Use",
    "grade",
    "public",
    "right_answer",
    "total",
]
