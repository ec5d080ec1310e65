"""What tests of the desk look for in its pages."""

from __future__ import annotations

from typing import Any

from lms.accounts.models import Person
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.text import search_key, sort_key
from lms.quizzes import queries
from lms.quizzes.models import Attempt, Quiz
from tests.factories import CREATED


def people_path(quiz: Quiz, lang: str = "fr") -> str:
    return f"/{lang}/questions/quizzes/{quiz.id}/people/"


def attempt_path(attempt: Attempt) -> str:
    return f"/fr/questions/quizzes/{attempt.quiz_id}/people/{attempt.enrolment_id}/{attempt.number}/"


def listed(db: Any, trainer: Person, quiz: Quiz, **asked: Any) -> list[str]:
    options = {"cohort_id": None, "search": "", "lang": "fr", "page": 1, **asked}
    rows, _total = queries.desk.people(db, trainer.id, quiz, **options)
    return [row.enrolment.person.name.fr.split()[0] for row in rows]


def row_of(page: str, name: str) -> str:
    """The table row of a person."""
    return next(row for row in page.split("<tr>") if name in row)


def numbered_person(number: int) -> dict[str, Any]:
    ar, fr = f"اسم {number:03d}", f"Nom {number:03d}"
    return {
        "name": Bilingual(ar, fr), "email": f"p{number}@example.ma", "lang": "fr", "search": search_key(ar, fr),
        "sort_ar": sort_key(ar, "ar"), "sort_fr": sort_key(fr, "fr"), "function": EMPTY, "created_at": CREATED,
    }  # fmt: skip
