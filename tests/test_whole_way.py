"""The whole way on the server's side: sign in, read, pass, certificate, verification, the team sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from lms.certificates.models import Certificate
from lms.core import db as database
from lms.core.access import Role
from lms.quizzes import queries as quizzes
from tests.factories import make_cohort, make_enrolment, make_person, right_ids
from tests.pages import CheckingClient


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_from_sign_in_to_certificate(
    client: CheckingClient,
    db: Any,
    curriculum: Any,
    at: Callable[[dt.datetime], None],
    now: dt.datetime,
    run_jobs: Callable[[], None],
    lang: str,
) -> None:
    at(now)
    chaima = make_person(db, lang=lang)
    make_enrolment(db, chaima, make_cohort(db, modules=("concepts", "model", "planning")))
    client.signed_in(chaima)
    assert client.get(f"/{lang}/").status_code == 200

    for lesson in ("first", "second"):
        for step in ("opening", "figures", "practice"):
            assert client.get(f"/{lang}/modules/concepts/{lesson}/?step={step}").status_code == 200
            answer = client.post(f"/{lang}/modules/concepts/{lesson}/", data={"step": step})
            assert answer.status_code == 302
    page = client.get(f"/{lang}/modules/concepts/")
    assert page.status_code == 200
    database.use_mode(database.READ)
    quiz = quizzes.attempts.test_of(db, "concepts")
    assert quiz is not None
    assert client.get(f"/{lang}/quizzes/{quiz.id}/").status_code == 200
    start = client.post(f"/{lang}/quizzes/{quiz.id}/attempts")
    assert start.status_code == 302
    attempt = quizzes.attempts.own_attempt(db, chaima.id, quiz.id, 1, today=now.date())
    assert attempt is not None
    for question in quizzes.attempts.questions(db, attempt.id):
        url = f"/{lang}/quizzes/{quiz.id}/attempts/1/{question.position}/"
        assert client.get(url).status_code == 200
        values = right_ids(question)
        saved = client.post(url + "answer", json={"device": "d", "counter": 1, "values": values})
        assert saved.status_code == 200, saved.text
    assert client.get(f"/{lang}/quizzes/{quiz.id}/attempts/1/summary/").status_code == 200
    assert client.post(f"/{lang}/quizzes/{quiz.id}/attempts/1/submit").status_code == 302
    result = client.get(f"/{lang}/quizzes/{quiz.id}/attempts/1/result/")
    assert result.status_code == 200
    assert "20<small>/20" in result.text

    assert client.get(f"/{lang}/certificates/").status_code == 200
    db.rollback()
    enrolment_id = attempt.enrolment_id
    asked = client.post(
        f"/{lang}/certificates/{enrolment_id}/achievement:concepts",
        data={"name_ar": "شيماء العلوي", "name_fr": "Chaima Alaoui"},
    )
    assert asked.status_code == 302
    run_jobs()
    db.rollback()
    certificate = db.query(Certificate).one()
    pdf = client.get(f"/{lang}/certificates/{certificate.id}/file")
    assert pdf.data.startswith(b"%PDF")
    public = client.get(f"/v/{certificate.code}")
    assert public.status_code == 200
    assert "Chaima Alaoui" in public.text
    assert "شيماء العلوي" in public.text

    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    board = client.get(f"/{lang}/monitoring/")
    assert board.status_code == 200
    assert client.get(f"/{lang}/monitoring/organisations/ofppt/").status_code == 200
    assert client.get(f"/{lang}/monitoring/people/{chaima.id}/").status_code == 200
