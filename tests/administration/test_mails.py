"""The outbox: states, filters, one message, sending again and taking back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core import mail
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.mail import Mail, MailState
from tests.factories import make_person
from tests.pages import CheckingClient

PATH = "/fr/admin/mails/"
LINK = "http://localhost/fr/invitation/a-secret-token/"


def put(db: Any, now: dt.datetime, person: Person | None = None, state: str = "waiting", **fields: Any) -> int:
    database.use_mode(database.WRITE)
    values = {"kind": "programme.enrolment", "subject": "Inscription", "text": "Bonjour", "lang": "fr"}
    row = mail.send(
        db, recipient_id=person.id if person else None, address="driss@example.ma", now=now, **{**values, **fields}
    )
    row.sent_at = now if state == "sent" else None
    row.stopped_at = now if state in ("failed", "stopped") else None
    row.failure = "recipient" if state == "failed" else ""
    row.tries = 1 if state == "failed" else 0
    mail_id = row.id
    database.commit()
    return mail_id


def state(db: Any, mail_id: int) -> MailState:
    database.rollback()
    database.use_mode(database.READ)
    db.expire_all()
    return MailState.of(db.get_one(Mail, mail_id))


def actions(db: Any) -> list[str]:
    database.rollback()
    return list(db.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("administration.%"))))


def test_each_state_has_its_tab_and_a_failure_says_why(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    person = make_person(db, "driss")
    for one in ("waiting", "sent", "failed", "stopped"):
        put(db, now, person, one, subject=f"Objet {one}")
    for one in ("waiting", "sent", "failed", "stopped"):
        page = admin.get(f"{PATH}?state={one}").text
        assert f"Objet {one}" in page
        assert page.count("Objet ") == 1
        assert page.count('<span class="count">1</span>') >= 4
    assert "Le serveur ne connaît pas" in admin.get(f"{PATH}?state=failed").text
    assert admin.get(f"{PATH}?state=nonsense&page=-3&kind=%27").status_code == 200


def test_kind_and_person_narrow_the_list(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    put(db, now, make_person(db, "driss"), subject="Objet A")
    put(db, now, make_person(db, "chaima"), subject="Objet B", kind="accounts.reset")
    assert "Objet B" not in admin.get(f"{PATH}?kind=programme.enrolment").text
    page = admin.get(f"{PATH}?q=شيماء").text
    assert "Objet B" in page
    assert "Objet A" not in page


def test_one_message_is_read_and_the_person_learns_of_it(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    person = make_person(db, "driss")
    attachment = {"name": "formation.ics", "type": "text/calendar", "text": "x"}
    mail_id = put(db, now, person, text="<b>Bonjour</b>", attachments=[attachment])
    page = admin.get(f"{PATH}{mail_id}/").text
    for words in ("&lt;b&gt;Bonjour", "formation.ics", "driss@example.ma", "Driss Ouahbi"):
        assert words in page
    entry = db.scalars(sa.select(AccessEntry).where(AccessEntry.page == "mails.show_mail")).one()
    assert entry.person_id == person.id
    assert admin.get(f"{PATH}999999/").status_code == 404


@pytest.mark.parametrize("kind", ["accounts.invitation", "accounts.reset", "unknown.kind"])
def test_a_link_that_opens_an_account_is_never_shown(
    admin: CheckingClient, db: Any, now: dt.datetime, kind: str
) -> None:
    mail_id = put(db, now, make_person(db, "driss"), kind=kind, text=f"Pour ouvrir :\n{LINK}\nFin")
    page = admin.get(f"{PATH}{mail_id}/").text
    assert "a-secret-token" not in page
    assert "[lien personnel, non affiché]" in page


def test_a_wiped_person_is_named_nowhere(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    person = make_person(db, "driss")
    mail_id = put(db, now, person)
    database.use_mode(database.WRITE)
    db.get_one(Person, person.id).anonymised_at = now
    database.commit()
    assert "Driss" not in admin.get(PATH).text
    page = admin.get(f"{PATH}{mail_id}/").text
    assert "Driss" not in page
    assert "driss@example.ma" not in page


@pytest.mark.parametrize("before", ["failed", "stopped"])
def test_what_failed_or_was_taken_back_is_sent_again(
    admin: CheckingClient, db: Any, now: dt.datetime, before: str, run_jobs: Callable[[], None]
) -> None:
    mail_id = put(db, now, make_person(db, "driss"), before)
    assert admin.post(f"{PATH}{mail_id}/again").status_code == 302
    assert state(db, mail_id) is MailState.WAITING
    assert actions(db) == ["administration.send-mail-again"]
    database.rollback()
    run_jobs()
    assert state(db, mail_id) is MailState.SENT


def test_sending_again_what_is_sent_or_blank_changes_nothing(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    for one, text in (("sent", "t"), ("waiting", "t"), ("failed", "")):
        mail_id = put(db, now, make_person(db, f"p{one}"), one, text=text)
        admin.post(f"{PATH}{mail_id}/again")
        assert state(db, mail_id) == one
    assert actions(db) == []


def test_a_waiting_message_is_taken_back_once(admin: CheckingClient, db: Any, now: dt.datetime) -> None:
    mail_id = put(db, now, make_person(db, "driss"))
    admin.post(f"{PATH}{mail_id}/take-back")
    admin.post(f"{PATH}{mail_id}/take-back")
    assert state(db, mail_id) is MailState.STOPPED
    assert actions(db) == ["administration.take-mail-back"]


def test_the_list_costs_the_same_with_ten_thousand_messages(
    admin: CheckingClient, db: Any, now: dt.datetime, at_most: Callable[..., Any]
) -> None:
    def cost() -> int:
        admin.get(f"{PATH}?q=a&state=sent")
        with at_most(30) as statements:
            assert admin.get(f"{PATH}?q=a&state=sent").status_code == 200
        return len(statements)

    put(db, now, make_person(db, "driss"), "sent")
    before = cost()
    database.use_mode(database.WRITE)
    people = [make_person(db, f"person{number}").id for number in range(40)]
    row = {
        "address": "", "lang": "fr", "subject": "Objet", "text": "", "kind": "programme.enrolment", "attachments": [],
        "created_at": now, "sent_at": now, "tries": 0, "failure": "",
    }  # fmt: skip
    db.execute(sa.insert(Mail), [{**row, "recipient_id": people[number % 40]} for number in range(10_000)])
    database.commit()
    assert cost() == before
    page = admin.get(f"{PATH}?state=sent&page=200").text
    assert page.count("Objet") == 50


def test_failed_messages_wait_on_the_home_and_unsettle_the_health_page(
    admin: CheckingClient, db: Any, now: dt.datetime, at: Callable[[dt.datetime], None]
) -> None:
    assert "ne sont parvenus" not in admin.get("/fr/admin/").text
    for name in ("driss", "chaima"):
        put(db, now, make_person(db, name), "failed")
    home = admin.get("/fr/admin/").text
    assert "2 messages ne sont parvenus à personne" in home
    assert "/fr/admin/mails/?state=failed" in home
    assert (
        "Messages échoués" in admin.get("/fr/admin/health/").text or "24 heures" in admin.get("/fr/admin/health/").text
    )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_reads_messages(client: CheckingClient, db: Any, curriculum: Any, role: Role) -> None:
    assert client.signed_in(make_person(db, "bilal", role=role)).get(PATH).status_code == 403
