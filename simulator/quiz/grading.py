"""Grade any answer to any question, and give the answer that is right.

`grade` is total: whatever was posted, it never raises. An answer that is empty, or nothing but the
starter, is unanswered and earns nothing.
"""

import json

from simulator.quiz.arrows import grade_match, grade_predict, matched, predicted
from simulator.quiz.choices import (
    grade_choice,
    grade_order,
    grade_point,
    shown_options,
    shown_steps,
)
from simulator.quiz.grades import Grade
from simulator.quiz.policies import exercise_of, grade_fill, grade_relabel, grade_write
from simulator.quiz.values import (
    Choice,
    Fill,
    ItemKind,
    Match,
    Order,
    Point,
    Predict,
    Question,
    Task,
)
from simulator.relabel import write_changes

#: An answer as JSON has it.
Answer = str | list[str] | list[int] | dict[str, str] | dict[str, object]


def grade(question: Question, answer: object) -> Grade:
    """What an answer earns; its shape for each kind stands in docs/content.md ("Answers")."""
    match question.item.body:
        case Predict() as body:
            return grade_predict(question, body, answer)
        case Choice() as body:
            return grade_choice(question, body, answer)
        case Order() as body:
            return grade_order(question, body, answer)
        case Fill() as body:
            return grade_fill(question, body, answer)
        case Point() as body:
            return grade_point(question, body, answer)
        case Match() as body:
            return grade_match(question, body, answer)
        case Task() as body:
            if question.item.kind is ItemKind.RELABEL:
                return grade_relabel(question, answer)
            return grade_write(question, body, answer)


def right_answer(question: Question) -> Answer:
    """An answer that earns everything, in the shape in which a page posts it: the key."""
    match question.item.body:
        case Predict() as body:
            return {id: outcome.value for id, outcome in predicted(question, body).items()}
        case Choice() as body:
            right = [id for id, option in shown_options(question, body).items() if option.right]
            return right[0] if question.item.kind is ItemKind.SINGLE else right
        case Order() as body:
            letters = {text: letter for letter, text in shown_steps(question, body).items()}
            return [letters[step] for step in body.steps]
        case Fill() as body:
            return body.answer
        case Point() as body:
            return [group[0] for group in body.groups]
        case Match() as body:
            return dict(matched(question, body))
        case Task():
            exercise = exercise_of(question)
            if question.item.kind is not ItemKind.RELABEL:
                return exercise.solution
            return {"labels": json.loads(write_changes(exercise.labels) or "{}")}
