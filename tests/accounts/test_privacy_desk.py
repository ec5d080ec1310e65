"""Requests and their answers; what is left of somebody after wiping."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services
from lms.accounts.errors import NotToBeWiped
from lms.accounts.models import (
    ImportBatch,
    ImportRow,
    NotTheSame,
    Person,
    PersonMerge,
    PrivacyRequest,
    RequestKind,
    Transfer,
)
from lms.core import audit, mail
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.db import Base
from tests.factories import make_certificate, make_enrolment, make_person
from tests.pages import CheckingClient

CANARY = "Zqx7canary"
#: What stands in the register of certificates is kept (domain notes, 7).
REGISTER = {"certificate", "certificate_file"}


@pytest.fixture
def karim(db: Any, on_monday: dt.datetime) -> Person:
    return make_person(db, "karim", role=Role.ADMINISTRATOR)


def ask(db: Any, person: Person, kind: RequestKind = RequestKind.CORRECTION, *, now: dt.datetime) -> int:
    row_id = services.ask(db, person.id, kind, "Mon prénom", now=now).id
    database.commit()
    return row_id


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Échéance dans 10 jours"),
        (9, "Échéance dans 1 jour"),
        (10, "Échéance aujourd’hui"),
        (12, "2 jours de retard"),
    ],
)
def test_the_desk_says_how_long_there_is(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime, days: int, words: str
) -> None:
    ask(db, make_person(db), now=on_monday - dt.timedelta(days=days))
    page = client.signed_in(karim).get("/fr/admin/privacy/").text
    assert words in page.replace("\u00a0", " ")


def test_late_requests_stand_first(client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime) -> None:
    ask(db, make_person(db, "driss"), now=on_monday)
    ask(db, make_person(db), now=on_monday - dt.timedelta(days=20))
    page = client.signed_in(karim).get("/fr/admin/privacy/").text
    assert page.index("Chaima Alaoui") < page.index("Driss Ouahbi")


def test_an_answer_reaches_the_person_in_their_language(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime
) -> None:
    chaima = make_person(db, lang="ar")
    row_id = ask(db, chaima, now=on_monday)
    client.signed_in(karim)
    data = {"outcome": "done", "answer": "تم تصحيح الاسم"}
    assert client.post(f"/fr/admin/privacy/requests/{row_id}/", data=data).status_code == 302
    sent = db.scalars(sa.select(mail.Mail).where(mail.Mail.recipient_id == chaima.id)).one()
    assert sent.lang == "ar"
    assert "تم تصحيح الاسم" in sent.text
    assert "/ar/account/my-data" in sent.text
    assert "تم تصحيح الاسم" in client.signed_in(chaima).get("/ar/account/my-data").text


def test_a_request_is_answered_once(client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime) -> None:
    row_id = ask(db, make_person(db), now=on_monday)
    client.signed_in(karim)
    for outcome, status in (("done", 302), ("refused", 409)):
        data = {"outcome": outcome, "answer": "x"}
        assert client.post(f"/fr/admin/privacy/requests/{row_id}/", data=data).status_code == status
    assert db.get_one(PrivacyRequest, row_id).outcome == "done"
    assert len(db.scalars(sa.select(mail.Mail)).all()) == 1


@pytest.mark.parametrize("data", [{}, {"outcome": "done"}, {"outcome": "x", "answer": "y"}])
def test_an_incomplete_answer_is_kept_and_not_sent(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime, data: dict[str, str]
) -> None:
    row_id = ask(db, make_person(db), now=on_monday)
    answer = client.signed_in(karim).post(f"/fr/admin/privacy/requests/{row_id}/", data=data)
    assert answer.status_code == 422
    assert data.get("answer", "") in answer.text
    assert db.get_one(PrivacyRequest, row_id).answered_at is None


def test_the_list_takes_the_same_queries_however_long(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime, at_most: Any
) -> None:
    for number in range(6):
        ask(db, make_person(db, f"p{number}"), now=on_monday)
    client.signed_in(karim)
    with at_most(8):
        assert client.get("/fr/admin/privacy/").text.count("Alaoui</") >= 6


def test_requests_wait_on_the_administrators_home(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime
) -> None:
    ask(db, make_person(db), now=on_monday - dt.timedelta(days=20))
    page = client.signed_in(karim).get("/fr/admin/").text.replace("\u00a0", " ")
    assert "1 demande sur les données personnelles en attente" in page
    assert "/fr/admin/privacy/register" in page
    assert "/fr/admin/privacy/retention/" in page


def test_wiping_asks_for_the_name_typed(client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime) -> None:
    chaima = make_person(db)
    path = f"/fr/admin/privacy/people/{chaima.id}/anonymise"
    client.signed_in(karim)
    assert "registre des attestations" in client.get(path).text
    for typed in ("", "Chaima", "Karim Alaoui"):
        assert client.post(path, data={"typed": typed}).status_code == 422
    assert client.post(path, data={"typed": " chaima  ALAOUI "}).status_code == 302
    assert db.get_one(Person, chaima.id).anonymised_at == on_monday
    assert client.get(path).status_code == 404


def test_nobody_wipes_oneself_and_one_administrator_stays(
    client: CheckingClient, db: Any, karim: Person, on_monday: dt.datetime
) -> None:
    path = f"/fr/admin/privacy/people/{karim.id}/anonymise"
    assert client.signed_in(karim).post(path, data={"typed": karim.name.fr}).status_code == 409
    with pytest.raises(NotToBeWiped):
        services.wipe(db, karim, actor_id=make_person(db, "amina").id, now=on_monday)


def canary(db: Any, curriculum: Any, karim: Person, now: dt.datetime) -> Person:
    """Somebody whose name, address, telephone and code stand in every table that may hold them."""
    person = make_person(
        db, "zqx7canary", birth_year=1987, function=Bilingual(f"وظيفة {CANARY}", f"Poste {CANARY}"),
        email="zqx7canary@example.ma", code="ZQX7CANARY", phone="+212612345678",
    )  # fmt: skip
    enrolment = make_enrolment(db, person)
    make_certificate(db, enrolment, curriculum, now=now)
    services.confirm_name(db, person, Bilingual(f"{CANARY} علوي", f"{CANARY} El"), now=now)
    services.open_sign_in(db, person, stay=True, device=CANARY, now=now)
    other = make_person(db, "other")
    name = person.name.fr
    mail.send(db, recipient_id=person.id, address=person.email or "", lang="fr", subject=name, text=name, now=now)
    mail.send(db, recipient_id=karim.id, address="k@example.ma", lang="fr", subject=name, text=f"De {name}", now=now)
    request = services.ask(db, person.id, RequestKind.DELETION, f"Effacer {CANARY}", now=now)
    request.answer = CANARY
    batch = ImportBatch(kind="people", filename="liste.csv", sha256="0" * 64, remarks=[], created_at=now)
    db.add(batch)
    db.flush()
    db.add_all(
        [
            ImportRow(batch_id=batch.id, number=2, cells={"name_fr": f"{CANARY} El", "age": "30"}, outcome="new"),
            ImportRow(batch_id=batch.id, number=3, cells={"email": "ZQX7canary@example.ma"}, outcome="same"),
            ImportRow(
                batch_id=batch.id, number=4, outcome="same", subject_id=person.id,
                cells={"x": CANARY}, before={"x": CANARY},
            ),
            PersonMerge(kept_id=person.id, merged_id=other.id, merged_at=now, moved={"accounts": {"e": person.email}}),
            NotTheSame(first_id=person.id, second_id=other.id),
            Transfer(
                person_id=person.id, happened_on=now.date(), recorded_at=now, from_level="central", to_level="central"
            ),
        ]
    )  # fmt: skip
    audit.record(
        db,
        "accounts.rename",
        actor_id=karim.id,
        subject=other,
        reason=f"Voir {CANARY} El",
        now=now,
        name=f"{CANARY} علوي",
    )
    merged = make_person(db, "double", code="ZQX7CANARY2", email=None)
    services.rename(merged, Bilingual(f"{CANARY} علوي", f"{CANARY} El"))
    merged.merged_into_id, merged.archived_at = person.id, now
    database.commit()
    return person


def tables_with_canary(db: Any) -> set[str]:
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.execute(sa.select(table)):
            if any(mark in str(tuple(row)).lower() for mark in (CANARY.lower(), "+212612345678")):
                found.add(table.name)
    return found


def files_with_canary(folder: Path) -> set[str]:
    """Files of the data folder, the database's own pages and the queue's left out."""
    kept = {
        path
        for path in folder.rglob("*")
        if path.is_file() and ".sqlite" not in path.name and "cache" not in path.parts
    }
    return {path.name for path in kept if CANARY.lower().encode() in path.read_bytes().lower()}


def test_nothing_personal_is_left_anywhere(
    client: CheckingClient, app: Flask, db: Any, curriculum: Any, karim: Person, on_monday: dt.datetime, run_jobs: Any
) -> None:
    """Security notes T41: every column of every table and every file is searched."""
    person_id, karim_id = canary(db, curriculum, karim, on_monday).id, karim.id
    database.db.session.remove()
    run_jobs()
    database.use_mode(database.READ)
    folder = app.extensions["settings"].data_dir
    before = tables_with_canary(db)
    assert {"person", "mail", "import_row", "person_merge", "privacy_request", "audit_detail", "sign_in"} <= before
    assert files_with_canary(folder)
    path = f"/fr/admin/privacy/people/{person_id}/anonymise"
    client.signed_in(db.get_one(Person, karim_id))
    assert client.post(path, data={"typed": f"{CANARY} El"}).status_code == 302
    assert tables_with_canary(db) - REGISTER == set()
    assert files_with_canary(folder) == set()
    assert audit.first_broken_entry(db) is None
    assert db.get_one(Person, person_id).phone is None


def test_wiping_twice_changes_nothing_more(
    app: Flask, db: Any, curriculum: Any, karim: Person, on_monday: dt.datetime
) -> None:
    person = canary(db, curriculum, karim, on_monday)
    services.wipe(db, person, actor_id=karim.id, now=on_monday)
    database.commit()
    name, acts = person.name, len(db.scalars(sa.select(audit.AuditEntry)).all())
    services.wipe(db, person, actor_id=karim.id, now=on_monday + dt.timedelta(days=1))
    database.commit()
    assert (person.name, person.anonymised_at) == (name, on_monday)
    assert len(db.scalars(sa.select(audit.AuditEntry)).all()) == acts + 1


def test_others_keep_what_is_theirs(db: Any, curriculum: Any, karim: Person, on_monday: dt.datetime) -> None:
    driss = make_enrolment(db, make_person(db, "driss")).person
    mail.send(db, recipient_id=driss.id, address="d@example.ma", lang="fr", subject="s", text="t", now=on_monday)
    services.wipe(db, canary(db, curriculum, karim, on_monday), actor_id=karim.id, now=on_monday)
    database.commit()
    assert driss.email == "driss@example.ma"
    assert db.scalars(sa.select(mail.Mail.subject).where(mail.Mail.recipient_id == driss.id)).all() == ["s"]


def test_the_register_names_every_processing_and_its_time(client: CheckingClient, karim: Person) -> None:
    page = client.signed_in(karim).get("/fr/admin/privacy/register").text.replace("\u00a0", " ")
    assert "90 jours" in page
    assert "3650 jours" in page
