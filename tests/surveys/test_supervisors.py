"""The supervisor: asked by the member alone, by a link that works once, for thirty days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core.mail import Mail
from lms.core.throttle import Throttle
from lms.programme.models import Enrolment
from lms.quizzes.models import Quiz
from lms.surveys import services
from lms.surveys.errors import TicketNotUsable
from lms.surveys.models import FollowUp
from lms.surveys.views_supervisor import FREE_MISSES
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.surveys.files import make_form
from tests.surveys.test_follow_ups import DAY, DUE, answers_to, filled_for

ADDRESS = "Chef@Exemple.ma"


@pytest.fixture
def follow_up(db: Any, members: list[Enrolment], now: dt.datetime, at: Any) -> FollowUp:
    """Chaima's, answered."""
    form = make_form(db, "follow-up-3", now=now)
    found = FollowUp(enrolment_id=members[0].id, months=3, due_on=DUE.date())
    db.add(found)
    db.flush()
    services.follow_ups.answer(db, found.id, answers_to(db, form, "once", "Rien que pour le suivi"), now=DUE)
    database.commit()
    at(DUE)
    return found


@pytest.fixture
def form(db: Any, bilal: Any, now: dt.datetime) -> Quiz:
    return make_form(db, "supervisor", now=now)


@pytest.fixture
def chaima(
    follow_up: FollowUp, members: list[Enrolment], open_as: Callable[..., CheckingClient], form: Quiz
) -> CheckingClient:
    return open_as(members[0].person)


def ask(client: CheckingClient, follow_up: FollowUp, address: str = ADDRESS) -> Any:
    return client.post(f"/fr/surveys/follow-ups/{follow_up.id}/supervisor", data={"address": address})


def messages(db: Any) -> list[Mail]:
    db.expire_all()
    return list(db.scalars(sa.select(Mail).where(Mail.kind == "surveys.supervisor").order_by(Mail.id)))


def ticket_of(mail: Mail) -> str:
    return re.findall(r"/surveys/supervisor/([^/\s]+)/", mail.text)[0]


@pytest.fixture
def ticket(db: Any, chaima: CheckingClient, follow_up: FollowUp) -> str:
    assert ask(chaima, follow_up).status_code == 302
    return ticket_of(messages(db)[-1])


def page_of(ticket: str, lang: str = "fr") -> str:
    return f"/{lang}/surveys/supervisor/{ticket}/"


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_the_member_reads_beforehand_what_happens_to_the_address(chaima: CheckingClient, follow_up: FollowUp) -> None:
    page = chaima.get(f"/fr/surveys/follow-ups/{follow_up.id}/").text
    for words in ("cinq questions", "peut ne pas répondre", "L’adresse est effacée dès la réponse, ou après"):
        assert words in page


def test_the_message_speaks_both_languages_and_tells_nothing_but_name_and_session(
    db: Any, chaima: CheckingClient, follow_up: FollowUp, ticket: str
) -> None:
    (mail,) = messages(db)

    assert mail.address == ADDRESS.lower()
    assert (page_of(ticket, "ar") in mail.text, page_of(ticket, "fr") in mail.text) == (True, True)
    for words in ("Chaima Alaoui", "شيماء العلوي", "Session de novembre", "دورة نونبر"):
        assert words in mail.text
    for words in ("chaima@", "Rien que", "OFPPT", "ofppt"):
        assert words not in mail.text
    assert "Chaima" in mail.subject


def test_the_token_itself_stands_in_no_table_but_the_message(db: Any, ticket: str, follow_up: FollowUp) -> None:
    db.expire_all()
    assert follow_up.supervisor_token_hash is not None
    assert ticket not in follow_up.supervisor_token_hash
    assert len(ticket) >= 40


@pytest.mark.parametrize("address", ["", "chef", "chef@", "a@b.ma, c@d.ma", "a@b.ma\r\nBcc: x@y.ma", "x" * 300])
def test_what_is_no_address_is_refused(db: Any, chaima: CheckingClient, follow_up: FollowUp, address: str) -> None:
    assert ask(chaima, follow_up, address).status_code == 422
    assert messages(db) == []


def test_before_an_own_answer_nobody_is_asked(db: Any, chaima: CheckingClient, follow_up: FollowUp) -> None:
    follow_up.answered_on = follow_up.answers = None
    database.commit()
    ask(chaima, follow_up)
    assert messages(db) == []


def test_a_new_address_takes_the_place_of_the_one_before(
    db: Any, app: Flask, chaima: CheckingClient, follow_up: FollowUp, ticket: str, form: Quiz
) -> None:
    ask(chaima, follow_up, "autre@exemple.ma")

    (left,) = messages(db)
    assert left.address == "autre@exemple.ma"
    browser: Any = app.test_client()
    assert browser.get(page_of(ticket)).status_code == 404
    assert browser.get(page_of(ticket_of(left))).status_code == 200


def test_many_messages_to_strangers_have_to_wait(chaima: CheckingClient, follow_up: FollowUp) -> None:
    answers = [ask(chaima, follow_up, f"a{number}@exemple.ma").status_code for number in range(7)]
    assert answers == [302] * 5 + [429] * 2


# --- Answering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_page_needs_no_account_and_states_its_notice(app: Flask, ticket: str, lang: str) -> None:
    browser: Any = app.test_client()

    answer = browser.get(page_of(ticket, lang))

    assert answer.status_code == 200
    for words in {"fr": ("09-08", "Chaima Alaoui", "العربية"), "ar": ("09.08", "شيماء العلوي", "Français")}[lang]:
        assert words in answer.text
    assert "Rien que" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert page_of(ticket, "fr" if lang == "ar" else "ar") in answer.text


def test_looking_spends_nothing_and_sending_spends_the_link(
    app: Flask, db: Any, ticket: str, form: Quiz, follow_up: FollowUp
) -> None:
    browser: Any = app.test_client()
    data = filled_for(db, form, "Vu dans les fiches")
    for _look in range(3):
        assert browser.get(page_of(ticket)).status_code == 200

    sent = browser.post(page_of(ticket), data=data)

    assert sent.headers["Location"] == "/fr/surveys/supervisor/thanks"
    assert browser.get("/ar/surveys/supervisor/thanks").status_code == 200
    db.expire_all()
    assert follow_up.supervisor_answered_on == DUE.date()
    assert follow_up.supervisor_address is None
    assert messages(db) == []  # it was not delivered yet, and held the address
    for again in (browser.get(page_of(ticket)), browser.post(page_of(ticket), data=data)):
        assert again.status_code == 410


def test_used_old_and_wrong_links_get_one_sentence(app: Flask, db: Any, ticket: str, form: Quiz, at: Any) -> None:
    browser: Any = app.test_client()
    data = filled_for(db, form)
    at(DUE + 31 * DAY)
    old = browser.get(page_of(ticket))
    at(DUE + 30 * DAY)
    assert browser.post(page_of(ticket), data=data).status_code == 302
    used = browser.get(page_of(ticket))
    wrong = [browser.get(page_of(one)) for one in (ticket[:-1], ticket + "x", "x", "%00x", ticket.swapcase())]

    assert (old.status_code, used.status_code) == (410, 410)
    assert {one.status_code for one in wrong} <= {404, 400}
    sentence = "Ce lien ne fonctionne pas"
    assert all(sentence in one.text for one in (old, used, *(one for one in wrong if one.status_code == 404)))
    assert "Chaima" not in old.text + used.text


def test_of_two_sends_at_one_moment_one_is_stored(
    app: Flask, db: Any, ticket: str, form: Quiz, follow_up: FollowUp
) -> None:
    said = answers_to(db, form, "once")

    outcomes = at_once(
        app, [lambda db: services.follow_ups.answer_as_supervisor(db, ticket, said, now=DUE) for _ in range(2)]
    )

    assert [isinstance(one, TicketNotUsable) for one in outcomes].count(True) == 1
    assert outcomes.count(None) == 1


def test_bad_values_keep_the_form_and_the_link(app: Flask, db: Any, ticket: str, form: Quiz) -> None:
    browser: Any = app.test_client()
    good = filled_for(db, form, "Gardé")
    row = next(name for name in good if ":" in name)

    bad = browser.post(page_of(ticket), data={**good, row: "nonsense"})

    assert (bad.status_code, "Gardé" in bad.text) == (400, True)
    assert browser.post(page_of(ticket), data={}).status_code == 422
    assert browser.post(page_of(ticket), data=good).status_code == 302


def test_many_wrong_links_from_one_address_have_to_wait_and_a_right_one_never(
    app: Flask, db: Any, ticket: str, form: Quiz
) -> None:
    browser: Any = app.test_client()
    data = filled_for(db, form)
    answers = [browser.post(page_of(f"wrong{number}"), data=data) for number in range(FREE_MISSES + 1)]

    assert [one.status_code for one in answers] == [404] * FREE_MISSES + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert browser.post(page_of(ticket), data=data).status_code == 302
    assert all(len(key) == 64 for key in db.scalars(sa.select(Throttle.key)))


def test_after_thirty_days_the_address_is_gone(db: Any, ticket: str, follow_up: FollowUp) -> None:
    assert services.jobs.forget_addresses(db, now=DUE + 30 * DAY) == 0
    assert services.jobs.forget_addresses(db, now=DUE + 31 * DAY) == 1
    database.commit()

    db.expire_all()
    assert follow_up.supervisor_address is None
    assert messages(db) == []
    assert follow_up.supervisor_asked_on == DUE.date()


def test_of_a_wiped_member_nothing_is_asked(app: Flask, db: Any, ticket: str, members: Any, now: dt.datetime) -> None:
    members[0].person.anonymised_at = now
    database.commit()
    browser: Any = app.test_client()
    assert browser.get(page_of(ticket)).status_code == 410
