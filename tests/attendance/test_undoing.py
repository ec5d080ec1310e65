"""Taking back « Everyone present » and a strike-out, and the page that asks before a half-day is cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import queries, services
from lms.attendance.models import CheckIn, HalfDay, Mark
from lms.attendance.services.check_ins import Way
from lms.attendance.services.undoing import Press
from lms.attendance.statuses import Method, Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.mail import Mail
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.conftest import EVENING, HOUR, actor, changes, close, marks, roll, take
from tests.attendance.forms import fields
from tests.attendance.test_paper_entry import page as paper
from tests.attendance.test_taps import JSON, send, state, tap
from tests.attendance.test_walk_ins import note
from tests.conftest import NOW
from tests.factories import make_person
from tests.pages import CheckingClient


def everyone(client: CheckingClient, half_day: HalfDay) -> str:
    """Press « Everyone present » and follow to the page; gives its address."""
    answer = client.post(roll(half_day), data={"do": "everyone"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def press_of(page: str) -> dict[str, str]:
    """What the form that undoes would send."""
    return {name: value for name, value in fields(page).items() if name in ("after", "until", "people")}


def undo(client: CheckingClient, half_day: HalfDay, press: dict[str, str], **more: Any) -> Any:
    return client.post(f"{roll(half_day)}everyone/undo", data=press, **more)


def is_offered(page: str) -> bool:
    (form,) = re.findall(r"<form[^>]*data-roll-undo[^>]*>", page)
    return " hidden" not in form


def acts(db: Any) -> list[str]:
    db.rollback()
    return list(db.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


class TestEveryonePresent:
    def test_what_it_marked_is_unmarked_again_and_nothing_else(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.LATE})
        page = trainer.get(everyone(trainer, morning)).text
        assert is_offered(page)
        assert "de 2 personnes" in page

        undo(trainer, morning, press_of(page))

        assert marks(db, morning.id) == {members[0].id: ("late", None)}
        assert acts(db).count("attendance.undo-everyone-present") == 1
        assert not is_offered(trainer.get(roll(morning)).text)

    def test_twice_is_once_and_a_later_press_is_left_alone(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        first = press_of(trainer.get(everyone(trainer, morning)).text)
        undo(trainer, morning, first)
        undo(trainer, morning, first)
        assert marks(db, morning.id) == {}
        assert acts(db).count("attendance.undo-everyone-present") == 1

        everyone(trainer, morning)
        undo(trainer, morning, first)

        assert len(marks(db, morning.id)) == 3

    def test_who_was_marked_since_stays_marked(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        press = press_of(trainer.get(everyone(trainer, morning)).text)
        # Changed, and changed there and back.
        take(db, morning, bilal, {members[0]: Status.ABSENT, members[1]: Status.LATE})
        take(db, morning, bilal, {members[1]: Status.PRESENT})

        undo(trainer, morning, press)

        assert marks(db, morning.id) == {members[0].id: ("absent", None), members[1].id: ("present", None)}

    def test_who_checked_in_since_and_who_has_a_remark_stay(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        press = press_of(trainer.get(everyone(trainer, morning)).text)
        database.use_mode(database.WRITE)
        db.add(CheckIn(half_day_id=morning.id, enrolment_id=members[0].id, at=NOW, method="qr"))
        database.commit()
        one = members[1].id
        trainer.post(roll(morning), data={f"was-{one}": "present||", f"status-{one}": "present", f"remark-{one}": "x"})

        undo(trainer, morning, press)

        assert set(marks(db, morning.id)) == {members[0].id, members[1].id}

    def test_whom_the_signed_sheet_confirmed_since_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        address = everyone(trainer, morning)
        press, history = press_of(trainer.get(address).text), changes(db)
        shown = trainer.post(paper(morning), data={"kind": "signed", "codes": "1-2"}).text
        assert trainer.post(paper(morning), data=fields(shown)).status_code == 302
        assert changes(db) == history
        assert "de 1 personne est" in trainer.get(address).text

        undo(trainer, morning, press)

        assert set(marks(db, morning.id)) == {members[0].id, members[1].id}

    def test_whom_a_walk_in_was_matched_with_since_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        known = note(db, morning, actor(bilal, Role.TRAINER), name="Hiba").id
        refused = note(db, morning, actor(bilal, Role.TRAINER), name="Nadia").id
        press = press_of(trainer.get(everyone(trainer, morning)).text)
        decide = f"{roll(morning)}walk-ins"
        trainer.post(f"{decide}/{known}/", data={"do": "match", "enrolment": str(members[1].id)})
        trainer.post(f"{decide}/{refused}/", data={"do": "refuse"})

        undo(trainer, morning, press)

        assert set(marks(db, morning.id)) == {members[1].id}

    def test_a_colleague_does_not_take_back_the_press_of_another(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], cohort: Cohort,
        open_as: Any,
    ) -> None:  # fmt: skip
        address = everyone(trainer, morning)
        colleague = make_person(db, "driss", role=Role.TRAINER)
        db.add(CohortTrainer(cohort_id=cohort.id, person_id=colleague.id))
        database.commit()
        client = open_as(colleague)

        page = client.get(address).text

        assert not is_offered(page)
        undo(client, morning, press_of(page))
        assert len(marks(db, morning.id)) == 3

    def test_closed_or_held_it_is_undone_no_more(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        press = press_of(trainer.get(everyone(trainer, morning)).text)
        close(db, morning, bilal)
        undo(trainer, morning, press)
        assert len(marks(db, morning.id)) == 3

        database.use_mode(database.WRITE)
        by = actor(bilal, Role.TRAINER)
        half_day = db.get(HalfDay, morning.id)
        services.marks.reopen(db, half_day, reason=Reason.SLIP, reason_text="", actor=by, now=EVENING + HOUR)
        database.commit()
        undo(trainer, morning, press)
        assert len(marks(db, morning.id)) == 3

    def test_the_script_names_whom_it_marked(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        """Somebody tapped « present » by hand in the same message: that one is nobody's press."""
        answer = send(trainer, morning, *(tap(one, number) for number, one in enumerate(members, 1))).json
        people = f"{members[0].id},{members[1].id}"
        press = {"after": "0", "until": str(answer["cursor"]), "people": people}

        assert undo(trainer, morning, press, headers=JSON).json == {"undone": 2}

        assert set(marks(db, morning.id)) == {members[2].id}
        # Another page learns that nobody has marked them.
        assert set(state(trainer, morning, answer["cursor"])["unmarked"]) == {members[0].id, members[1].id}

    def test_who_was_marked_before_the_press_stays_though_it_is_named(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.ABSENT})
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        assert undo(trainer, morning, {"after": "0", "until": "99", "people": ""}, headers=JSON).json == {"undone": 0}
        assert marks(db, morning.id) == {members[0].id: ("present", None)}

    @pytest.mark.parametrize("press", [{}, {"after": "x", "until": "3"}, {"after": "1"}])
    def test_what_names_no_press_undoes_nothing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], press: dict[str, str]
    ) -> None:
        everyone(trainer, morning)
        assert undo(trainer, morning, press).status_code == 400
        assert trainer.get(f"{roll(morning)}?after=x&until=-1").status_code == 200
        assert len(marks(db, morning.id)) == 3

    def test_nobody_else_undoes(
        self, db: Any, trainer: CheckingClient, stranger: CheckingClient, monitor: CheckingClient, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        press = press_of(trainer.get(everyone(trainer, morning)).text)
        assert undo(stranger, morning, press).status_code == 404
        assert undo(monitor, morning, press).status_code == 403
        assert len(marks(db, morning.id)) == 3


@pytest.fixture
def arrived(db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> Enrolment:
    """Chaima checked in, late; then the trainer struck her out."""
    database.use_mode(database.WRITE)
    services.check_ins.check_in(db, morning.id, members[0].person_id, Way(Method.QR), now=NOW)
    database.commit()
    database.use_mode(database.WRITE)
    services.check_ins.strike(db, db.get(HalfDay, morning.id), members[0].id, actor_id=bilal.id, now=NOW + HOUR)
    database.commit()
    return members[0]


def unstrike(half_day: HalfDay, enrolment: Enrolment) -> str:
    return f"{roll(half_day)}arrivals/{enrolment.id}/unstrike"


class TestStrikeOut:
    def test_it_is_taken_back_with_the_mark_of_before(
        self, db: Any, at: Callable[..., None], trainer: CheckingClient, morning: HalfDay, arrived: Enrolment
    ) -> None:
        at(NOW + HOUR / 6)
        assert marks(db, morning.id) == {arrived.id: ("absent", None)}
        assert unstrike(morning, arrived) in trainer.get(f"{roll(morning)}arrivals").text

        for _time in range(2):
            assert trainer.post(unstrike(morning, arrived)).status_code == 302

        assert marks(db, morning.id) == {arrived.id: ("late", 150)}
        arrival = queries.check_ins.find(db, morning.id, arrived.id)
        assert arrival is not None
        assert arrival.struck_at is None
        # As it was known, and since when.
        mark = db.get(Mark, (morning.id, arrived.id))
        assert (mark.method, mark.marked_at) == ("qr", arrival.at)
        assert acts(db).count("attendance.unstrike-check-in") == 1
        assert unstrike(morning, arrived) not in trainer.get(f"{roll(morning)}arrivals").text

    def test_a_mark_that_was_made_since_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, arrived: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {arrived: Status.EXCUSED}, now=NOW + 2 * HOUR)

        trainer.post(unstrike(morning, arrived))

        assert marks(db, morning.id) == {arrived.id: ("excused", None)}

    def test_an_absence_that_the_signed_sheet_confirmed_since_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, arrived: Enrolment
    ) -> None:
        shown = trainer.post(paper(morning), data={"kind": "unsigned", "codes": "1"}).text
        trainer.post(paper(morning), data=fields(shown))

        trainer.post(unstrike(morning, arrived))

        assert marks(db, morning.id) == {arrived.id: ("absent", None)}

    def test_not_on_a_closed_half_day_nor_for_others(
        self, db: Any, trainer: CheckingClient, stranger: CheckingClient, monitor: CheckingClient, morning: HalfDay,
        arrived: Enrolment, members: list[Enrolment], bilal: Person,
    ) -> None:  # fmt: skip
        assert stranger.post(unstrike(morning, arrived)).status_code == 404
        assert monitor.post(unstrike(morning, arrived)).status_code == 403
        assert trainer.post(unstrike(morning, members[1])).status_code == 404
        close(db, morning, bilal)
        answer = trainer.post(unstrike(morning, arrived))
        assert answer.status_code == 409
        assert marks(db, morning.id)[arrived.id] == ("absent", None)


class TestCancelling:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_a_page_says_what_will_happen_and_does_nothing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        page = trainer.get(f"{roll(morning, lang)}cancel").text

        assert "09:00–12:30" in page
        assert re.search(r"\b3 (personnes|أشخاص)", page)
        assert db.get(HalfDay, morning.id).cancelled_at is None
        # The page before leads there, and no longer cancels by itself.
        before = trainer.get(f"{roll(morning, lang)}move").text
        assert f'href="{roll(morning, lang)}cancel"' in before
        assert f'action="{roll(morning, lang)}cancel"' not in before

    def test_it_is_asked_of_nobody_twice_and_of_no_half_day_with_marks(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
        bilal: Person,
    ) -> None:  # fmt: skip
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        answer = trainer.post(f"{roll(morning)}cancel")
        assert answer.status_code == 409
        assert "Annuler la demi-journée" in answer.text

        trainer.post(f"{roll(afternoon)}cancel")
        mails = db.scalar(sa.select(sa.func.count()).select_from(Mail))
        assert trainer.get(f"{roll(afternoon)}cancel").status_code == 302
        trainer.post(f"{roll(afternoon)}cancel")
        assert db.scalar(sa.select(sa.func.count()).select_from(Mail)) == mails
        assert acts(db).count("attendance.cancel-half-day") == 1

    def test_of_one_that_is_over_nobody_is_told(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person, members: list[Enrolment]
    ) -> None:
        from tests.attendance.conftest import DAY, TODAY, plan

        past = plan(db, cohort, bilal, first=TODAY - DAY, afternoon=None).half_days[0]
        page = trainer.get(f"{roll(past)}cancel").text
        assert "Personne ne reçoit de message" in page
        assert "seule demi-journée" in page


def test_a_press_is_read_from_whole_numbers_only() -> None:
    from lms.attendance.views.undoing import press_in

    assert press_in({"after": "1", "until": "2", "people": "7,x,8"}) == Press(1, 2, {7, 8})
    assert press_in({"after": "1", "until": "2", "people": ""}) == Press(1, 2, None)
