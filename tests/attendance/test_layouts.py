"""The layout of a cohort's sheets: what is set stands on them, what does not fit is refused."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from lms.attendance.models import CohortSheet, CohortSheetLogo, HalfDay
from lms.core.profile import StoredImage
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import roll
from tests.attendance.forms import fields, invalid
from tests.core.test_scans import picture
from tests.documents.test_cards import texts
from tests.pages import CheckingClient

TYPED = {
    "version": "0", "title_ar": "لائحة المستفيدين", "title_fr": "Liste des bénéficiaires",
    "columns": ["organisation", "function"], "blank_one_ar": "البطاقة", "blank_one_fr": "N° CIN", "blank_two_ar": "",
    "blank_two_fr": "", "footer_ar": "بتمويل", "footer_fr": "Financé par l’Union européenne",
}  # fmt: skip


def address(cohort: Cohort, lang: str = "fr") -> str:
    return f"/{lang}/attendance/cohorts/{cohort.id}/sheet-layout"


def logo(client: CheckingClient, cohort: Cohort, name: str = "Union européenne", body: bytes | None = None) -> Any:
    data = {"name": name, "file": FileStorage(io.BytesIO(picture("PNG") if body is None else body), filename="l.png")}
    return client.post(f"{address(cohort)}/logos", data=data)


def rows(db: Any, model: Any) -> list[Any]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(model)))


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_what_is_set_stands_on_the_sheets(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], lang: str
) -> None:
    assert fields(trainer.get(address(cohort, lang)).text)["version"] == "0"
    assert trainer.post(address(cohort, lang), data=TYPED).status_code == 302
    assert logo(trainer, cohort).status_code == 302
    shown = fields(trainer.get(address(cohort, lang)).text)
    assert (shown["title_fr"], shown["blank_one_fr"], shown["version"]) == ("Liste des bénéficiaires", "N° CIN", "1")

    for pdf in (trainer.get(f"{roll(morning, lang)}sheet.pdf").data, trainer.get(f"{address(cohort)}/sample.pdf").data):
        (page,) = texts(pdf)
        for words in ("Liste des bénéficiaires", "Fonction", "N° CIN", "Financé par l’Union européenne"):
            assert words in page, words
        with pikepdf.open(io.BytesIO(pdf)) as document:
            parts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
            alts = [str(one.Alt) for one in parts if "/Alt" in one]
            cells = {len(one.K) for one in parts if one.S == "/TR"}
        assert "Union européenne" in alts
        assert "cellule à remplir" in alts
        # Number, name, two of the person, one to fill in, two to sign: in the head and in each row.
        assert cells == {7}
    assert "Feuille d’émargement" not in page


def test_the_sample_names_nobody_of_the_cohort(
    trainer: CheckingClient, cohort: Cohort, members: list[Enrolment]
) -> None:
    (page,) = texts(trainer.get(f"{address(cohort)}/sample.pdf").data)
    assert "Nadia El Fassi" in page
    assert not any(one.person.name.fr in page for one in members)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [({"title_fr": "W" * 60}, {"title_fr"}), ({"title_fr": "x" * 61}, {"title_fr"}),
     ({"footer_fr": "W" * 120}, {"footer_fr"}), ({"blank_one_fr": "Numéro d’immatriculation WWWWW"}, {"blank_one_fr"}),
     ({"footer_fr": "🙂"}, {"footer_fr"}), ({"title_ar": "王"}, {"title_ar"}),
     ({"columns": ["organisation", "function", "region"]}, {"columns"}), ({"columns": ["sex"]}, {"columns"}),
     ({"blank_two_fr": "Tél."}, {"columns"})],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_stays_typed(
    db: Any, trainer: CheckingClient, cohort: Cohort, changed: dict[str, Any], wrong: set[str]
) -> None:
    answer = trainer.post(address(cohort), data={**TYPED, **changed})
    assert answer.status_code == 422
    assert wrong <= invalid(answer.text) | ({"columns"} if 'id="columns-error"' in answer.text else set())
    assert fields(answer.text)["footer_fr"] == changed.get("footer_fr", TYPED["footer_fr"])
    assert rows(db, CohortSheet) == []


def test_no_column_at_all_leaves_room_for_two_to_fill_in(db: Any, trainer: CheckingClient, cohort: Cohort) -> None:
    sent = {**TYPED, "columns": [], "blank_two_fr": "Tél."}
    assert trainer.post(address(cohort), data=sent).status_code == 302
    assert [one["fr"] for one in rows(db, CohortSheet)[0].blanks] == ["N° CIN", "Tél."]


def test_the_second_of_two_who_edit_is_told_and_loses_nothing(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, cohort: Cohort
) -> None:
    assert trainer.post(address(cohort), data=TYPED).status_code == 302
    answer = monitor.post(address(cohort), data={**TYPED, "title_fr": "Autre"})
    assert answer.status_code == 409
    shown = fields(answer.text)
    assert (shown["title_fr"], shown["version"]) == ("Autre", "1")
    assert rows(db, CohortSheet)[0].title.fr == "Liste des bénéficiaires"
    assert monitor.post(address(cohort), data={**TYPED, **shown}).status_code == 302


def test_logos_are_pictures_three_at_most_and_go_with_their_picture(
    db: Any, trainer: CheckingClient, cohort: Cohort
) -> None:
    for body in (b"", b"<svg/>", b"MZ"):
        answer = logo(trainer, cohort, body=body)
        assert answer.status_code == 422
    assert logo(trainer, cohort, name="").status_code == 422
    assert rows(db, StoredImage) == []
    for number in range(3):
        assert logo(trainer, cohort, name=f"Logo {number}").status_code == 302
    assert logo(trainer, cohort).status_code == 422
    first, *_others = rows(db, CohortSheetLogo)
    assert trainer.post(f"{address(cohort)}/logos/{first.id}/remove").status_code == 302
    assert [one.name for one in rows(db, CohortSheetLogo)] == ["Logo 1", "Logo 2"]
    assert len(rows(db, StoredImage)) == 2
    assert trainer.get(f"{address(cohort)}/sample.pdf").status_code == 200


def test_strangers_and_participants(db: Any, stranger: CheckingClient, learner: CheckingClient, cohort: Cohort) -> None:
    for client, status in ((stranger, 404), (learner, 403)):
        assert client.get(address(cohort)).status_code == status
        assert client.get(f"{address(cohort)}/sample.pdf").status_code == status
        assert client.post(address(cohort), data=TYPED).status_code == status
        assert logo(client, cohort).status_code == status
    assert rows(db, CohortSheet) == rows(db, CohortSheetLogo) == []
