"""The programme's own names of statuses: who keeps them, where they are offered, and what a mark says for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import choices, privacy, services
from lms.attendance.choices import LONGEST_VALUE, value_of
from lms.attendance.models import HalfDay, Mark, MarkChange, StatusName
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import EVENING, HOUR, actor, close, correct, correction, marks, roll, take
from tests.attendance.forms import fields, invalid
from tests.attendance.test_imports import HEAD, confirm, sent
from tests.attendance.test_imports import row as line_of
from tests.attendance.test_sheets import sheet
from tests.attendance.test_taps import errors, send, state, tap
from tests.conftest import NOW
from tests.documents.test_cards import texts
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient, words_on

MISSION, REMOTE = Bilingual("مهمة رسمية", "Mission"), Bilingual("عمل عن بعد", "Télétravail")
PAGE = "/fr/attendance/status-names"


def add(db: Any, by: Person, status: Status, name: Bilingual) -> StatusName:
    """Committed."""
    database.use_mode(database.WRITE)
    row = services.status_names.add(db, status, name, actor_id=by.id, now=NOW)
    database.commit()
    return row


def retire(db: Any, name_id: int, by: Person) -> None:
    """Committed."""
    database.use_mode(database.WRITE)
    services.status_names.retire(db, db.get_one(StatusName, name_id), actor_id=by.id, now=NOW)
    database.commit()


@pytest.fixture
def mission(db: Any, amina: Person) -> int:
    return add(db, amina, Status.EXCUSED, MISSION).id


@pytest.fixture
def remote(db: Any, amina: Person) -> int:
    return add(db, amina, Status.PRESENT, REMOTE).id


def named(db: Any, half_day_id: int) -> dict[int, str]:
    """What each is marked with, by enrolment."""
    db.rollback()
    db.expire_all()
    query = sa.select(Mark).where(Mark.half_day_id == half_day_id)
    return {one.enrolment_id: value_of(one.status, one.name_id) for one in db.scalars(query)}


def history(db: Any) -> list[tuple[str | None, int | None, str, int | None]]:
    db.rollback()
    rows = db.scalars(sa.select(MarkChange).order_by(MarkChange.id))
    return [(one.old_status, one.old_name_id, one.status, one.name_id) for one in rows]


def name_marks(db: Any, half_day: HalfDay, by: Person, said: dict[int, tuple[Status, int | None]]) -> None:
    """Mark each (by enrolment) with a status and its own name; committed."""
    database.use_mode(database.WRITE)
    taps = [services.marks.Tap(one, status, name_id=name_id) for one, (status, name_id) in said.items()]
    services.marks.take(db, half_day, taps, actor_id=by.id, now=NOW)
    database.commit()


def radios(page: str, enrolment: Enrolment) -> list[str]:
    return re.findall(rf'name="status-{enrolment.id}" value="([^"]+)"', page)


FIVE = ["present", "late", "excused", "absent", "left_early"]


class TestKeeping:
    def test_monitoring_adds_retires_and_takes_up_again(self, db: Any, monitor: CheckingClient) -> None:
        assert "Aucun intitulé propre au programme" in monitor.get(PAGE).text
        said = {"name_ar": "مهمة", "name_fr": " Mission  officielle ", "status": "excused"}
        assert monitor.post(PAGE, data=said).headers["Location"] == PAGE
        (row,) = db.scalars(sa.select(StatusName))
        name_id = row.id
        assert (row.status, row.name, row.retired_at) == ("excused", Bilingual("مهمة", "Mission officielle"), None)
        for lang, words in (("ar", "غياب مبرر"), ("fr", "Absence justifiée")):
            page = monitor.get(f"/{lang}/attendance/status-names").text
            assert words in page
            assert "Mission officielle" in page

        for _twice in range(2):
            assert monitor.post(f"{PAGE}/{name_id}/retire").status_code == 302
        assert "Plus proposé" in monitor.get(PAGE).text
        for _twice in range(2):
            assert monitor.post(f"{PAGE}/{name_id}/take-up").status_code == 302
        assert "Plus proposé" not in monitor.get(PAGE).text
        db.rollback()
        acts = list(db.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_type == "attendance_status_name")))
        assert acts == [f"attendance.{act}-status-name" for act in ("add", "retire", "take-up")]

    @pytest.mark.parametrize(
        ("changed", "wrong"),
        [({"name_ar": ""}, {"name_ar"}), ({"name_fr": "  "}, {"name_fr"}), ({"name_fr": "x" * 41}, {"name_fr"}),
         ({"status": "asleep"}, {"status"}), ({"status": ""}, {"status"})],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, db: Any, monitor: CheckingClient, changed: dict[str, str], wrong: set[str]
    ) -> None:
        said = {"name_ar": "مهمة", "name_fr": "Mission", "status": "excused", **changed}
        answer = monitor.post(PAGE, data=said)
        assert answer.status_code == 422
        assert invalid(answer.text) == wrong
        kept = {name: value for name, value in said.items() if name != "status" and value.strip()}
        assert {name: fields(answer.text)[name] for name in kept} == kept
        assert db.scalar(sa.select(sa.func.count()).select_from(StatusName)) == 0

    @pytest.mark.parametrize("said", [("مُهمّة رسمية", "Autre"), ("أخرى", "MISSION")])
    def test_no_second_name_reads_the_same_though_the_first_be_retired(
        self, db: Any, monitor: CheckingClient, mission: int, amina: Person, said: tuple[str, str]
    ) -> None:
        retire(db, mission, amina)
        answer = monitor.post(PAGE, data={"name_ar": said[0], "name_fr": said[1], "status": "present"})
        assert answer.status_code == 409
        assert "s’écrit déjà ainsi" in answer.text
        assert fields(answer.text)["name_fr"] == said[1]

    @pytest.mark.parametrize(
        "said", [("أخرى", "presence"), ("غياب مبرّر", "Autre"), ("أخرى", "Absence"), ("أخرى", "Départ anticipé")]
    )
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_no_name_reads_as_a_status(
        self, db: Any, monitor: CheckingClient, said: tuple[str, str], lang: str
    ) -> None:
        address = PAGE.replace("/fr/", f"/{lang}/")
        answer = monitor.post(address, data={"name_ar": said[0], "name_fr": said[1], "status": "excused"})
        assert answer.status_code == 409
        assert ("أسماء جميع الحالات" if lang == "ar" else "de chacun des statuts") in answer.text
        assert fields(answer.text)["name_fr"] == said[1]
        assert db.scalar(sa.select(sa.func.count()).select_from(StatusName)) == 0

    def test_the_way_there_is_for_monitoring_only_and_unknown_names_are_not_there(
        self, monitor: CheckingClient, trainer: CheckingClient
    ) -> None:
        assert PAGE in monitor.get("/fr/attendance/").text
        assert PAGE not in trainer.get("/fr/attendance/").text
        assert trainer.get(PAGE).status_code == 403
        assert monitor.post(f"{PAGE}/999999/retire").status_code == 404
        assert monitor.post(f"{PAGE}/999999/take-up").status_code == 404


class TestRollCall:
    def test_a_name_is_one_more_choice_and_counts_as_its_status(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], mission: int, remote: int
    ) -> None:
        first, second, _third = members
        page = trainer.get(roll(morning)).text
        assert radios(page, first) == [*FIVE, f"excused-{mission}", f"present-{remote}"]
        sent_fields = {
            **fields(page), f"status-{first.id}": f"present-{remote}", f"status-{second.id}": f"excused-{mission}"
        }  # fmt: skip
        assert trainer.post(roll(morning), data=sent_fields).status_code == 302

        assert named(db, morning.id) == {first.id: f"present-{remote}", second.id: f"excused-{mission}"}
        shown = fields(trainer.get(roll(morning)).text)
        assert shown[f"status-{first.id}"] == f"present-{remote}"
        assert shown[f"was-{first.id}"] == f"present-{remote}||"
        # From one name to the plain status and to another name: each is a change that keeps what was there.
        for value in ("excused", f"excused-{mission}"):
            trainer.post(roll(morning), data={**fields(trainer.get(roll(morning)).text), f"status-{second.id}": value})
        assert history(db) == [
            (None, None, "present", remote), (None, None, "excused", mission), ("excused", mission, "excused", None),
            ("excused", None, "excused", mission),
        ]  # fmt: skip
        for lang, words in (("ar", MISSION.ar), ("fr", MISSION.fr)):
            review = trainer.get(f"{roll(morning, lang)}close").text
            assert words in review
        close(db, morning, db.get_one(Person, db.get_one(Mark, (morning.id, first.id)).marked_by_id))
        assert db.get_one(Mark, (morning.id, first.id)).is_attended
        assert not db.get_one(Mark, (morning.id, second.id)).is_attended

    @pytest.mark.parametrize("value", ["excused-999999", "present-{mission}", "excused-", "mission", "x" * 40])
    def test_what_is_no_choice_is_refused(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], mission: int, value: str
    ) -> None:
        value = value.format(mission=mission)
        data = {**fields(trainer.get(roll(morning)).text), f"status-{members[0].id}": value}
        answer = trainer.post(roll(morning), data=data)
        assert answer.status_code == 422
        assert "ne figure pas dans cette liste" in answer.text
        told = errors(send(trainer, morning, tap(members[1], 1, value), tap(members[2], 2, f"excused-{mission}")))
        assert "ne figure pas dans cette liste" in told[members[1].id]
        assert named(db, morning.id) == {members[2].id: f"excused-{mission}"}

    def test_the_longest_value_fits(self) -> None:
        assert len(value_of(max(Status, key=len), 2**31 - 1)) <= LONGEST_VALUE

    def test_a_retired_name_is_offered_to_nobody_but_who_is_marked_so(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], mission: int,
        amina: Person, bilal: Person,
    ) -> None:  # fmt: skip
        first, second, third = members
        name_marks(db, morning, bilal, {first.id: (Status.EXCUSED, mission)})
        retire(db, mission, amina)
        value = f"excused-{mission}"

        page = trainer.get(roll(morning)).text
        assert (radios(page, first), radios(page, second)) == ([*FIVE, value], FIVE)
        shown = fields(page)
        assert shown[f"status-{first.id}"] == value
        # What is not changed, and a remark beside it, are fine; for somebody else it is refused, on each way.
        data = {**shown, f"remark-{first.id}": "Fès", f"status-{third.id}": "present"}
        assert trainer.post(roll(morning), data=data).status_code == 302
        assert named(db, morning.id) == {first.id: value, third.id: "present"}
        assert db.get_one(Mark, (morning.id, first.id)).remark == "Fès"
        assert trainer.post(roll(morning), data={**shown, f"status-{second.id}": value}).status_code == 422
        told = errors(send(trainer, morning, tap(first, 1, value, remark="Oujda"), tap(second, 2, value)))
        assert told[first.id] == ""
        assert "ne figure pas dans cette liste" in told[second.id]
        assert db.get_one(Mark, (morning.id, first.id)).remark == "Oujda"
        # Once another status is stored it does not come back.
        take(db, morning, bilal, {first: Status.ABSENT})
        assert errors(send(trainer, morning, tap(first, 3, value)))[first.id]
        assert named(db, morning.id)[first.id] == "absent"

    @pytest.mark.parametrize(("lang", "words"), [("ar", MISSION.ar), ("fr", MISSION.fr)])
    def test_taps_are_told_with_the_words_for_pages_that_were_open_before(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person,
        amina: Person, lang: str, words: str,
    ) -> None:  # fmt: skip
        mission = add(db, amina, Status.EXCUSED, MISSION).id
        name_marks(db, morning, bilal, {members[0].id: (Status.EXCUSED, mission)})
        (told,) = state(trainer, morning, lang=lang)["rows"]
        assert (told["status"], told["label"]) == (f"excused-{mission}", words)
        assert told["key"] == f"excused-{mission}||"
        labels = re.search(r'data-labels="([^"]*)"', trainer.get(roll(morning, lang)).text)
        assert labels is not None
        assert f"excused-{mission}" in labels[1]

    def test_names_cost_one_statement(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], mission: int, remote: int,
        at_most: Callable[..., Any],
    ) -> None:  # fmt: skip
        trainer.get(roll(morning))
        with at_most(40) as statements:
            trainer.get(roll(morning))
        assert len([one for one in statements if "attendance_status_name.id" in one]) == 1


class TestClosed:
    @pytest.fixture
    def half_day(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, mission: int, remote: int
    ) -> HalfDay:
        """Chaima on a mission, Hiba at home."""
        said = {members[0].id: (Status.EXCUSED, mission), members[1].id: (Status.PRESENT, remote)}
        name_marks(db, morning, bilal, said)
        close(db, morning, bilal)
        return morning

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_lists_and_ones_own_page_say_it_in_the_language_of_the_page(
        self, app: Flask, trainer: CheckingClient, learner: CheckingClient, half_day: HalfDay, cohort: Cohort,
        lang: str,
    ) -> None:  # fmt: skip
        page = trainer.get(roll(half_day, lang)).text
        assert MISSION[lang] in page
        assert REMOTE[lang] in page
        other = "fr" if lang == "ar" else "ar"
        assert REMOTE[other] not in re.sub(r'data-labels="[^"]*"', "", page)
        grid = trainer.get(f"/{lang}/attendance/cohorts/{cohort.id}/grid").text
        assert MISSION[lang] in grid
        assert MISSION[lang] in learner.get(f"/{lang}/attendance/own").text
        assert MISSION[lang] in learner.get(f"/{lang}/attendance/own/half-days/{half_day.id}/report").text
        assert MISSION[lang] in learner.get(f"/{lang}/account/my-data").text

    def test_a_correction_offers_names_and_keeps_what_was_there(
        self, db: Any, trainer: CheckingClient, half_day: HalfDay, members: list[Enrolment], mission: int, remote: int,
        amina: Person,
    ) -> None:  # fmt: skip
        first, second, third = members
        retire(db, mission, amina)
        address = correction(half_day, first)
        page = trainer.get(address).text
        assert fields(page)["status"] == f"excused-{mission}"
        assert f'value="present-{remote}"' in page
        assert f"excused-{mission}" not in trainer.get(correction(half_day, second)).text
        why = {"reason": "slip", "reason_text": "", "minutes": ""}
        refused = trainer.post(correction(half_day, third), data={**why, "status": f"excused-{mission}"})
        assert refused.status_code == 422
        same = trainer.post(address, data={**why, "status": f"excused-{mission}"})
        assert same.status_code == 409

        assert trainer.post(address, data={**why, "status": f"present-{remote}"}).status_code == 302

        assert named(db, half_day.id)[first.id] == f"present-{remote}"
        assert history(db)[-1] == ("excused", mission, "present", remote)
        assert f"{MISSION.fr} {REMOTE.fr}" in words_on(trainer.get(roll(half_day)).text)
        assert REMOTE.fr in trainer.get(address).text.split('id="history"')[1]

    def test_the_sheet_says_it_in_both_languages(
        self, db: Any, trainer: CheckingClient, half_day: HalfDay, afternoon: HalfDay, members: list[Enrolment],
        bilal: Person,
    ) -> None:  # fmt: skip
        correct(db, half_day, members[0], Status.ABSENT, by=actor(bilal, Role.TRAINER))
        close(db, afternoon, bilal)
        text = " ".join(texts(trainer.get(sheet(half_day)).data))
        assert REMOTE.fr in text
        assert f"Absence non justifiée au lieu de {MISSION.fr}" in text
        with trainer.application.test_request_context("/fr/"):
            known = choices.known(db)
            remote = next(one for one in known.own if one.name == REMOTE)
            assert (remote.label_in("ar"), remote.label_in("fr")) == (REMOTE.ar, REMOTE.fr)
            assert known.by_value["excused"].label_in("ar") == "غياب مبرر"

    def test_somebody_reads_it_in_their_own_data(
        self, app: Flask, db: Any, half_day: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        correct(db, half_day, members[0], Status.ABSENT, by=actor(bilal, Role.TRAINER))
        with app.test_request_context("/fr/"):
            held = privacy.data_of(db, members[0].person_id)
            other = privacy.data_of(db, members[1].person_id)
        assert [one["status_name"] for one in (*held["attendance"], *other["attendance"])] == [None, REMOTE.as_dict()]
        assert [(one["old_status_name"], one["status_name"]) for one in held["attendance_changes"]] == [
            (None, MISSION.as_dict()), (MISSION.as_dict(), None),
        ]  # fmt: skip


class TestOtherWays:
    """Who knows the five statuses only leaves the name of a status that stays."""

    def test_the_signed_sheet(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], mission: int, remote: int,
        bilal: Person,
    ) -> None:  # fmt: skip
        first, second, third = members
        said = {first.id: (Status.EXCUSED, mission), second.id: (Status.PRESENT, remote),
                third.id: (Status.EXCUSED, mission)}  # fmt: skip
        name_marks(db, morning, bilal, said)
        address = f"{roll(morning)}paper"
        numbers = {row.enrolment.id: row.number for row in services.marks.queries.marks.rows(db, morning)}
        codes = f"{numbers[second.id]} {numbers[third.id]}"
        page = trainer.post(address, data={"kind": "signed", "codes": codes, "last": "99"}).text
        assert f"{MISSION.fr} Présence" in words_on(page)
        assert trainer.post(address, data=fields(page) | {"kind": "signed", "codes": codes}).status_code == 302
        assert named(db, morning.id) == {
            first.id: f"excused-{mission}", second.id: f"present-{remote}", third.id: "present",
        }  # fmt: skip
        # A signature says presence, not that name of it.
        assert db.get_one(Mark, (morning.id, second.id)).method == "roll-call"

    def test_a_file(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment],
        mission: int, remote: int, bilal: Person,
    ) -> None:  # fmt: skip
        first, second, third = members
        said = {first.id: (Status.EXCUSED, mission), second.id: (Status.PRESENT, remote),
                third.id: (Status.EXCUSED, mission)}  # fmt: skip
        name_marks(db, morning, bilal, said)
        lines = [line_of(first, "Absence justifiée", remark="Fès"), line_of(second, "Présence"),
                 line_of(third, "Présence")]  # fmt: skip
        path = sent(trainer, cohort, HEAD + "".join(lines))
        assert confirm(trainer, path).status_code == 302
        assert named(db, morning.id) == {
            first.id: f"excused-{mission}", second.id: f"present-{remote}", third.id: "present",
        }  # fmt: skip
        assert trainer.post(f"{path}undo").status_code == 302
        assert named(db, morning.id)[third.id] == f"excused-{mission}"
        assert history(db)[-1] == ("present", None, "excused", mission)

    def test_the_merge_of_two_accounts(
        self, db: Any, morning: HalfDay, members: list[Enrolment], mission: int, remote: int, bilal: Person
    ) -> None:
        database.use_mode(database.WRITE)
        aside = make_enrolment(db, make_person(db, "nadia"), members[0].cohort)
        database.commit()
        name_marks(db, morning, bilal, {members[0].id: (Status.EXCUSED, mission), aside.id: (Status.PRESENT, remote)})
        database.use_mode(database.WRITE)
        copied = services.merging.copy_marks(members[0], aside=aside, db=db, now=EVENING)
        database.commit()
        assert named(db, morning.id)[members[0].id] == f"present-{remote}"
        database.use_mode(database.WRITE)
        services.merging.take_marks_back(members[0], aside=aside, copied=copied, db=db, now=EVENING + HOUR)
        database.commit()
        assert named(db, morning.id)[members[0].id] == f"excused-{mission}"


def test_marks_without_a_name_stay_as_they_are(
    db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    take(db, morning, bilal, {members[0]: Status.EXCUSED})
    assert marks(db, morning.id) == {members[0].id: ("excused", None)}
    assert named(db, morning.id) == {members[0].id: "excused"}
