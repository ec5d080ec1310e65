"""What becomes of papers when a person or their time is gone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.accounts.models import Person
from lms.core import audit
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.quizzes import privacy, queries, services
from lms.quizzes.models import (
    Attempt,
    PaperEntry,
    PaperRow,
    PaperSet,
    Purpose,
)
from tests.pages import CheckingClient
from tests.quizzes.paper.sheets import (
    audit_of,
    corrected,
    count,
    entered,
    filled,
    prepared,
    rights,
    row_of,
)
from tests.quizzes.taught import short_quiz
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write


def test_whoever_is_forgotten_has_no_row_and_no_typed_answers_left(
    app: Any, db: Any, bilal: Person, trainer: CheckingClient, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now, wrong=2)
    with app.test_request_context():
        corrected(db, made, bilal, now)
    person_id = row_of(db, made, bilal).enrolment.person_id

    privacy.forget_answers(db, person_id, now=now)
    database.commit()

    assert queries.paper.row_or_none(db, bilal.id, made.id, 1) is None
    (act,) = audit_of(db, "quizzes.correct-paper")
    assert db.get(audit.AuditDetail, act.id) is None
    assert audit.first_broken_entry(db) is None
    assert filled(trainer, made, rights(made), number=2, code="1").status_code == 422


def test_rows_go_with_the_answers_when_their_time_is_over(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    rule = next(one for one in privacy.RULES if one.key == "quizzes.answers")
    rule.apply(db, now, now=now)
    assert count(db, PaperRow) == 2
    rule.apply(db, now + dt.timedelta(days=400), now=now)
    assert (count(db, PaperRow), count(db, PaperEntry), count(db, Attempt)) == (0, 0, 1)


def test_pairs_of_forms_print_only_for_their_half(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    form_a = short_quiz(db, bilal, now, purpose=Purpose.PRE_TEST)
    form_b = make_quiz(db, bilal.id, purpose=Purpose.PRE_TEST, title=Bilingual("ب", "B"), other_form_id=form_a.id)
    services.quizzes.add_questions(db, form_b, [write(db, bilal.id, now)], {})
    form_a.other_form_id = form_b.id
    database.commit()
    sets = [prepared(db, one, cohort, bilal, now) for one in (form_a, form_b)]
    ids = [{row.enrolment_id for row in queries.paper.rows(db, bilal.id, one.id)} for one in sets]
    assert ids[0].isdisjoint(ids[1])
    assert len(ids[0] | ids[1]) == 2
