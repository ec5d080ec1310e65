"""The administration's invitations: sent, printed, handed over, revoked; where each one stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask

from lms.accounts import codes, services
from lms.accounts.models import BatchState, ImportBatch, ImportRow, OneTimeLink, Person
from lms.accounts.queries.invitations import InvitationState, Selection, invitation_counts, people_to_invite
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from lms.core.mail import Mail, MailTemplate
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in, with_password
from tests.accounts.test_links import answers
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

Clock = Callable[[dt.datetime], None]
DESK = "/fr/admin/invitations/"


@pytest.fixture
def administrator(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(with_password(db, "karim", role=Role.ADMINISTRATOR))


def post(client: CheckingClient, page: str, people: list[Person], expected: int | None = None, **fields: Any) -> Any:
    """What the preview's form sends."""
    ids = [person.id for person in people]
    return client.post(f"{DESK}{page}", data={"person": ids, "expected": expected or len(ids), **fields})


def state_of(db: Any, person: Person, now: dt.datetime) -> InvitationState:
    database.use_mode(database.READ)
    counts = invitation_counts(db, Selection(person_ids=(person.id,)), now=now)
    return next(state for state, count in counts.items() if count)


def mailed_path(db: Any, address: str) -> str:
    database.use_mode(database.READ)
    text = db.scalars(sa.select(Mail.text).where(Mail.address == address).order_by(Mail.id.desc())).first()
    found = re.search(r"http://localhost(/\S+/)", text)
    assert found is not None
    return found[1]


def test_an_invitation_goes_from_not_invited_to_opened(
    administrator: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime
) -> None:
    person = make_person(db, lang="ar")
    assert state_of(db, person, on_monday) is InvitationState.NOT_INVITED
    assert post(administrator, "send", [person]).status_code == 302
    assert state_of(db, person, on_monday) is InvitationState.INVITED
    path = mailed_path(db, "chaima@example.ma")
    assert path.startswith("/ar/invitation/")
    assert app.test_client().post(path, data=answers()).status_code == 302
    assert state_of(db, person, on_monday) is InvitationState.OPENED
    page = administrator.get(f"{DESK}?state=opened").text
    assert "Chaima Alaoui" in page


def test_the_preview_counts_and_shows_the_message_in_both_languages(administrator: CheckingClient, db: Any) -> None:
    make_person(db)
    make_person(db, "driss", email=None)
    page = administrator.get(f"{DESK}preview?act=mail&everyone=1&state=not-invited").text
    assert "Invitation à la formation" in page
    assert "دعوة إلى التكوين" in page
    assert "Sans adresse électronique" in page
    assert "Envoyer\u00a01 invitation" in page
    database.use_mode(database.READ)
    assert db.scalars(sa.select(OneTimeLink)).all() == []


def test_everybody_of_a_filter_is_invited_and_nobody_else(administrator: CheckingClient, db: Any) -> None:
    for name in ("chaima", "driss"):
        make_person(db, name)
    make_person(db, "bilal", organisation_key="tourisme")
    organisation_id = db.scalars(sa.select(Person.organisation_id).where(Person.email == "bilal@example.ma")).one()
    data = {"everyone": "1", "organisation": organisation_id, "state": "not-invited", "expected": 1}
    assert administrator.post(f"{DESK}send", data=data).status_code == 302
    database.use_mode(database.READ)
    assert db.scalars(sa.select(Mail.address)).all() == ["bilal@example.ma"]


def test_a_list_that_grew_since_the_preview_is_shown_again(administrator: CheckingClient, db: Any) -> None:
    make_person(db)
    make_person(db, "driss")
    answer = administrator.post(f"{DESK}send", data={"everyone": "1", "state": "not-invited", "expected": 1})
    assert answer.status_code == 409
    assert "Envoyer\u00a02 invitations" in answer.text
    database.use_mode(database.READ)
    assert db.scalars(sa.select(Mail)).all() == []


def test_sending_again_ends_the_earlier_link(administrator: CheckingClient, app: Flask, db: Any) -> None:
    person = make_person(db)
    post(administrator, "send", [person])
    first = mailed_path(db, "chaima@example.ma")
    post(administrator, "send", [person])
    second = mailed_path(db, "chaima@example.ma")
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200


def test_a_revoked_invitation_answers_410(
    administrator: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime
) -> None:
    person = make_person(db)
    post(administrator, "send", [person])
    assert "1 invitation cesse" in administrator.get(f"{DESK}preview?act=revoke&person={person.id}").text
    assert post(administrator, "revoke", [person]).status_code == 302
    assert state_of(db, person, on_monday) is InvitationState.REVOKED
    assert app.test_client().get(mailed_path(db, "chaima@example.ma")).status_code == 410


def test_an_invitation_expires_after_thirty_days(
    administrator: CheckingClient, app: Flask, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    person = make_person(db)
    post(administrator, "send", [person])
    path, later = mailed_path(db, "chaima@example.ma"), on_monday + dt.timedelta(days=30)
    at(later)
    assert app.test_client().get(path).status_code == 410
    assert state_of(db, person, later) is InvitationState.EXPIRED


@pytest.mark.parametrize("closed", ["suspended_at", "archived_at", "anonymised_at"])
def test_nobody_whose_account_is_closed_gets_a_message(
    administrator: CheckingClient, db: Any, on_monday: dt.datetime, closed: str
) -> None:
    """Security notes T42."""
    person = make_person(db)
    token = services.invite(db, person, now=on_monday)
    setattr(person, closed, on_monday)
    database.commit()
    assert post(administrator, "send", [person]).status_code == 409
    assert administrator.post(f"{DESK}{person.id}/link").status_code == 404
    administrator.application.test_client().post(f"/fr/invitation/{token}/renew")
    database.use_mode(database.READ)
    assert db.scalars(sa.select(Mail)).all() == []


def test_whoever_has_opened_the_account_is_left_alone(administrator: CheckingClient, db: Any) -> None:
    person = with_password(db)
    assert post(administrator, "send", [person]).status_code == 409
    assert administrator.post(f"{DESK}{person.id}/link").status_code == 404


def test_nobody_ticked_sends_back_to_the_list(administrator: CheckingClient) -> None:
    answer = administrator.get(f"{DESK}preview?act=mail", follow_redirects=True)
    assert "Aucune case n’est encore cochée." in answer.text
    assert administrator.post(f"{DESK}send", data={"expected": 0}).status_code == 400


@pytest.mark.parametrize(
    "query", ["state=x&organisation=x&batch=-1&page=0", "q=%25_%27&page=99999999", "batch=999999999"]
)
def test_filters_that_mean_nothing_filter_nothing_and_break_nothing(administrator: CheckingClient, query: str) -> None:
    assert administrator.get(f"{DESK}?{query}").status_code == 200
    assert administrator.get(f"{DESK}preview?act=nothing&person=1").status_code == 404
    assert administrator.get(f"{DESK}preview?act=mail&person=zz").status_code == 302


def test_the_people_of_an_import_can_be_invited_alone(
    administrator: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    person, other = make_person(db), make_person(db, "driss")
    batch = ImportBatch(kind="people", filename="x.csv", sha256="0" * 64, remarks=[], state=BatchState.CONFIRMED,
                        created_at=on_monday)  # fmt: skip
    db.add(batch)
    db.flush()
    db.add(ImportRow(batch_id=batch.id, number=2, cells={}, outcome="new", subject_id=person.id))
    database.commit()
    page = administrator.get(f"{DESK}?batch={batch.id}").text
    assert "Chaima Alaoui" in page
    assert other.name.fr not in page


def sheet_of(client: CheckingClient, people: list[Person]) -> set[str]:
    """Links that a phone reads from the first page."""
    answer = post(client, "sheet", people)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    image = document[0].render(scale=150 / 72).to_pil()
    document.close()
    return {code.text for code in zxingcpp.read_barcodes(image)}


def test_a_printed_card_opens_the_account_of_somebody_without_an_address(
    administrator: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime
) -> None:
    person = make_person(db, email=None, notice_read=False)
    (link,) = sheet_of(administrator, [person])
    phone = app.test_client()
    path = link.removeprefix("http://localhost")
    assert 'name="email"' not in phone.get(path).text
    assert phone.post(path, data=answers()).status_code == 302
    database.use_mode(database.READ)
    code = db.scalars(sa.select(Person.code).where(Person.code.is_not(None))).one()
    assert len(code) == 8
    assert set(code) <= set(codes.ALPHABET)
    spoken = codes.grouped(code).lower().replace("0", "o").replace("1", "l")
    assert sign_in(app.test_client(), f" {spoken} ", PASSWORD).status_code == 302  # type: ignore[arg-type]


def test_a_card_has_every_sign_of_an_organisation_that_can_be_drawn_and_is_drawn_without_the_others(
    administrator: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    """The star stands in no face, the last letter of the name in no bold one."""
    person = make_person(db)
    assert person.organisation is not None
    person.organisation.name = Bilingual("قسم؛ التخطيط", "Études & « Stats » ; pôle : R&D, 50 % 🌟")
    person.name = Bilingual("شيماء", "Chaima 𞸀")
    database.commit()
    document = pypdfium2.PdfDocument(post(administrator, "sheet", [person]).data)
    text = " ".join(document[0].get_textpage().get_text_range().split())
    document.close()
    for part in ("Études & « Stats » ; pôle : R&D, 50 %", "؛", "Chaima"):
        assert part in text, text


def test_printing_again_ends_the_earlier_cards(administrator: CheckingClient, app: Flask, db: Any) -> None:
    people = [make_person(db), make_person(db, "driss", email=None)]
    first, second = sheet_of(administrator, people), sheet_of(administrator, people)
    assert len(first) == len(second) == 2
    for link in first:
        assert app.test_client().get(link.removeprefix("http://localhost")).status_code == 410
    for link in second:
        assert app.test_client().get(link.removeprefix("http://localhost")).status_code == 200


def test_the_record_of_acts_names_who_invited_whom_and_no_link(administrator: CheckingClient, db: Any) -> None:
    person = make_person(db)
    post(administrator, "send", [person])
    post(administrator, "revoke", [person])
    database.use_mode(database.READ)
    acts = list(db.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("accounts.%invit%"))))
    assert acts == ["accounts.invite-many", "accounts.revoke-invitations"]


def test_a_link_is_shown_once_and_works(administrator: CheckingClient, app: Flask, db: Any) -> None:
    person = make_person(db, email=None)
    page = administrator.post(f"{DESK}{person.id}/link").text
    found = re.search(r"http://localhost(/fr/invitation/[\w-]+/)", page)
    assert found is not None
    assert app.test_client().get(found[1]).status_code == 200
    assert found[1] not in administrator.get(DESK).text


def test_codes_are_never_given_twice(db: Any, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    make_person(db, "driss", email=None, code="AAAAAAAA")
    drawn = iter(["AAAAAAAA", "BBBBBBBB"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    person = make_person(db, email=None)
    services.give_codes(db, [person])
    assert person.code == "BBBBBBBB"


def test_a_code_is_read_as_people_type_it() -> None:
    assert codes.plain(" km7q-4t2b ") == "KM7Q4T2B"
    assert codes.plain("oil0 1234") == "01101234"


def test_line_breaks_in_an_address_or_a_name_add_no_header(db: Any, now: dt.datetime, app: Flask) -> None:
    person = make_person(db, email="x@example.ma")
    person.email = "x@example.ma\r\nBcc: y@example.ma"
    services.rename(person, Bilingual("", "Chaima\r\nBcc: y@example.ma"))
    services.mail_invitations(
        db, [person], address_of=lambda lang: f"http://localhost/{lang}/TOKEN/", actor_id=person.id, now=now
    )  # fmt: skip
    stored = db.scalars(sa.select(Mail)).one()
    assert "\n" not in stored.address + stored.subject
    assert "\r" not in stored.address + stored.subject


def test_somebody_else_signed_in_is_told_and_loses_nothing(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    token = services.invite(db, make_person(db, "driss"), now=on_monday)
    database.commit()
    client.signed_in(with_password(db))
    answer = client.get(f"/fr/invitation/{token}/")
    assert "Un compte est ouvert dans ce navigateur" in answer.text
    assert "Ouahbi" not in answer.text
    assert client.post(f"/fr/invitation/{token}/", data=answers()).status_code == 409
    assert is_signed_in(client)
    client.post("/fr/sign-out")
    assert client.get(f"/fr/invitation/{token}/").status_code == 200


def test_from_the_card_straight_to_the_first_lesson(
    client: CheckingClient, db: Any, curriculum: Any, on_monday: dt.datetime
) -> None:
    person = make_person(db, notice_read=False)
    make_enrolment(db, person, make_cohort(db))
    token = services.invite(db, person, now=on_monday)
    database.commit()
    answer = client.post(f"/ar/invitation/{token}/", data=answers(), follow_redirects=True)
    assert answer.request.path.startswith("/ar/modules/concepts/")
    assert answer.status_code == 200


def test_going_on_without_a_cohort_leads_home(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    client.signed_in(make_person(db))
    assert client.get("/fr/go-on").headers["Location"] == "/fr/"


def test_the_home_of_a_new_installation_says_what_to_do_first(administrator: CheckingClient, db: Any) -> None:
    assert "D’abord" in administrator.get("/fr/admin/").text
    make_person(db)
    page = administrator.get("/fr/admin/").text
    assert "D’abord" not in page
    assert "1 personne n’est pas encore invitée" in page


def test_the_list_asks_the_same_questions_however_long_it_is(
    administrator: CheckingClient, db: Any, at_most: Any
) -> None:
    for number in range(60):
        make_person(db, f"person{number:02d}")
    for page in ("", "?page=2", "preview?act=mail&everyone=1"):
        with at_most(14):
            assert administrator.get(f"{DESK}{page}").status_code == 200


def test_the_selection_keeps_people_in_the_order_of_organisations(db: Any, now: dt.datetime) -> None:
    make_person(db, "driss", organisation_key="tourisme")
    make_person(db)
    names = [person.name.fr for person in people_to_invite(db, Selection(), now=now)]
    assert sorted(names) == ["Chaima Alaoui", "Driss Ouahbi"]


def test_the_preview_shows_the_words_that_will_leave(administrator: CheckingClient, db: Any) -> None:
    make_person(db)
    words = Bilingual("كلمات الفريق {link}", "Mots de l’équipe {link}")
    db.add(MailTemplate(kind="accounts.invitation", subject=Bilingual("", ""), text=words))
    database.commit()
    page = administrator.get(f"{DESK}preview?act=mail&everyone=1").text
    assert "Mots de l’équipe" in page
    assert "كلمات الفريق" in page
    assert "Un compte est prêt" not in page
