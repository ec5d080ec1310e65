"""The statistics of a quiz that 100,000 people took: how long the job counts, and how fast the page answers then.

``.venv-test/bin/python bench/statistics_of_many.py`` keeps every reading in ``bench/results/``. The floor is the bare
reading of the same rows with ``sqlite3`` in the same run.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402

from bench.people import fresh_app  # noqa: E402
from bench.readings import keep, machine  # noqa: E402
from lms.accounts import services as accounts  # noqa: E402
from lms.core import clock  # noqa: E402
from lms.core import db as database  # noqa: E402
from lms.core.bilingual import EMPTY, Bilingual  # noqa: E402
from lms.core.clock import local_date  # noqa: E402
from lms.programme import services as programme  # noqa: E402
from lms.programme.models import Enrolment  # noqa: E402
from lms.quizzes import quiz_statistics, services  # noqa: E402
from lms.quizzes.content import Content  # noqa: E402
from lms.quizzes.models import Attempt, AttemptQuestion  # noqa: E402
from lms.quizzes.question_types import TYPES  # noqa: E402
from lms.quizzes.question_types.base import words  # noqa: E402

PEOPLE, QUESTIONS, ROUNDS, PORTION = 100_000, 10, 5, 5_000
ROWS = """SELECT attempt.id, version_id, points, fraction, answer, lang, answered_at FROM attempt
JOIN attempt_question ON attempt_id = attempt.id WHERE quiz_id = ? ORDER BY attempt.id"""


def fill(db: Any, now: dt.datetime) -> int:
    """A quiz of ten questions and everybody's first attempt at it; gives the quiz's number."""
    author = accounts.create_person(db, name=Bilingual("", "Auteur"), organisation=None, lang="fr", now=now)
    today = local_date(now)
    cohort = programme.create_cohort(
        db, name=Bilingual("دورة", "Session"), starts_on=today, ends_on=today, modules=("concepts",),
        has_sessions=False, now=now,
    )  # fmt: skip
    settings = dict(TYPES["single_choice"].examples[0])
    quiz = services.quizzes.create(
        db, {"title": Bilingual("اختبار", "Quiz"), "module": "concepts", "purpose": "practice",
             "feedback": "after-submit", "shuffle": True, "published_at": now}, owner_id=author.id,
    )  # fmt: skip
    versions = []
    for _ in range(QUESTIONS):
        said = Content(
            "single_choice", stem=words("سؤال؟", "Une question ?"), settings=settings, explanation=words("لأن", "Car")
        )
        question = services.bank.create(db, said, owner_id=author.id, now=now)
        versions.append(services.bank.add_version(db, question, said, EMPTY, actor_id=author.id, now=now).id)
        services.quizzes.add_questions(db, quiz, [question], {})
    database.commit()
    people(db, quiz.id, cohort.id, author.id, versions, settings, now)
    return quiz.id


def people(
    db: Any, quiz_id: int, cohort_id: int, person_id: int, versions: list[int], settings: Any, now: dt.datetime
) -> None:
    rng, keys = random.Random(3), [option["key"] for option in settings["options"]]
    for start in range(1, PEOPLE + 1, PORTION):
        ids = range(start, start + PORTION)
        enrolments = [
            {"id": one, "cohort_id": cohort_id, "person_id": person_id, "enrolled_at": now, "level": "central",
             "is_test": False, "merged_into_id": None} for one in ids
        ]  # fmt: skip
        attempts, answers = [], []
        for one in ids:
            skill, marks = rng.random(), []
            for place, version in enumerate(versions, 1):
                is_right = rng.random() < skill
                answer = (
                    settings["right"][0] if is_right else rng.choice([k for k in keys if k not in settings["right"]])
                )
                marks.append(is_right)
                answers.append(
                    {"attempt_id": one, "position": place, "version_id": version, "points": 1, "order": [],
                     "answer": answer, "lang": "ar" if one % 2 else "fr", "fraction": int(is_right),
                     "answered_at": now + dt.timedelta(seconds=40 * place), "flagged": False, "is_given_up": False,
                     "section_ar": "", "section_fr": ""}
                )  # fmt: skip
            attempts.append(
                {"id": one, "quiz_id": quiz_id, "enrolment_id": one, "number": 1, "state": "submitted",
                 "started_at": now, "submitted_at": now, "submitted_by": "person", "pass_percent": 60,
                 "score": sum(marks) / len(marks)}
            )  # fmt: skip
        for table, rows in ((Enrolment, enrolments), (Attempt, attempts), (AttemptQuestion, answers)):
            db.execute(sa.insert(table.__table__), rows)
        database.commit()


def seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 3)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        app = fresh_app(Path(name))
        with app.app_context():
            db = database.session()
            # One person stands for all: the index that forbids it is no part of what is measured.
            db.execute(sa.text("DROP INDEX uq_enrolment_counting"))
            quiz_id = fill(db, clock.now())
            file = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///").split("?")[0]

            def bare() -> None:
                with sqlite3.connect(file) as connection:
                    for _row in connection.execute(ROWS, (quiz_id,)):
                        pass

            def page() -> None:
                services.statistics.current(db, quiz_id, None, now=clock.now())
                db.rollback()

            floor, counted = [], []
            for _ in range(ROUNDS):
                floor.append(seconds(bare))
                counted.append(seconds(lambda: quiz_statistics.report(db, quiz_id)))
                db.rollback()
            services.statistics.count_again(db)
            pages = [seconds(page) for _ in range(ROUNDS)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result = {
        **machine(), "people": PEOPLE, "questions": QUESTIONS, "bare_rows_s": floor, "counted_s": counted,
        "page_s": pages, "most_memory_mib": memory,
    }  # fmt: skip
    keep(result, "statistics")
    middle = {key: statistics.median(value) for key, value in result.items() if isinstance(value, list)}
    print(json.dumps(result), middle, sep="\n")


if __name__ == "__main__":
    main()
