"""Checking in by oneself: what is taken, what is stored once, what each page says (security notes T27)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts import notice
from lms.accounts.models import Person
from lms.attendance import arriving, services
from lms.attendance.arriving import Flag
from lms.attendance.errors import TooLateToCheckIn
from lms.attendance.models import HalfDay
from lms.attendance.services.check_ins import Way
from lms.attendance.services.meetings import Times
from lms.attendance.statuses import Method, Status
from lms.core import clock
from lms.core import db as database
from lms.programme.models import Cohort, Enrolment
from tests.attendance.check_in import BEGINS, ENDS, MINUTE, SECOND, address, check_in, place, scan, shown, stored
from tests.attendance.conftest import changes, close, marks, plan, roll, take
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient
from tests.parallel import at_once

At = Callable[[dt.datetime], None]


def says(answer: Any) -> str:
    """The heading of a page."""
    return str(answer.text.split("<h1>")[1].split("</h1>")[0])


class TestTheWayThrough:
    @pytest.mark.parametrize(("lang", "button"), [("fr", "Confirmer ma présence"), ("ar", "تأكيد الحضور")])
    def test_a_scan_and_one_press(
        self, app: Flask, db: Any, at: At, open_as: Any, morning: HalfDay, members: list[Enrolment], lang: str,
        button: str,
    ) -> None:  # fmt: skip
        someone = members[1 if lang == "ar" else 0]
        client = open_as(someone.person)
        at(BEGINS - 2 * MINUTE)
        answer = scan(client, app, morning, clock.now())
        assert answer.headers["Location"] == place(morning, lang)
        page = client.get(place(morning, lang)).text
        assert button in page
        assert someone.person.name[lang] in page
        assert stored(db) == []
        assert marks(db, morning.id) == {}

        answer = client.post(place(morning, lang))

        assert (answer.status_code, answer.headers["Location"]) == (302, f"{place(morning, lang)}?new=1")
        (row,) = stored(db)
        assert (row.enrolment_id, row.at, row.method, row.struck_at) == (someone.id, clock.now(), "qr", None)
        assert marks(db, morning.id) == {someone.id: ("present", None)}
        assert changes(db) == [(someone.id, None, "present", "qr", "")]
        page = client.get(answer.headers["Location"])
        assert "08:58" in page.text
        assert 'name="pending"' not in page.text

    def test_an_old_code_shows_what_is_stored_to_whoever_has_checked_in(
        self, app: Flask, at: At, learner: CheckingClient, open_as: Any, client: CheckingClient, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        at(BEGINS)
        check_in(learner, app, morning, BEGINS)
        at(BEGINS + 20 * MINUTE)
        answer = scan(learner, app, morning, BEGINS)
        assert (answer.status_code, answer.headers["Location"]) == (302, place(morning))
        assert "Rien n’a été enregistré" not in learner.get(place(morning)).text
        for other in (open_as(members[1].person), client):
            assert scan(other, app, morning, BEGINS).status_code == 410

    def test_a_second_scan_shows_the_first(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        check_in(learner, app, morning, BEGINS)
        at(BEGINS + 60 * MINUTE)
        answer = check_in(learner, app, morning, clock.now())

        assert answer.status_code == 302
        (row,) = stored(db)
        assert row.at == BEGINS
        page = learner.get(place(morning))
        assert "déjà" in says(page)
        assert "09:00" in page.text
        assert len(changes(db)) == 1

    def test_whoever_previews_the_link_checks_nobody_in(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        for client in (app.test_client(), learner):
            for _again in range(3):
                scan(client, app, morning, BEGINS)
                client.get(place(morning))
            client.head(address(app, morning, BEGINS))
        assert stored(db) == []
        assert marks(db, morning.id) == {}

    def test_the_scan_survives_a_slow_sign_in_and_the_notice(
        self, app: Flask, db: Any, at: At, morning: HalfDay, members: list[Enrolment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client: Any = app.test_client()
        at(BEGINS)
        scanned = scan(client, app, morning, BEGINS)
        asked = client.get(scanned.headers["Location"])
        assert asked.headers["Location"] == f"/fr/sign-in?next={place(morning)}"
        until = clock.local(BEGINS + 3 * MINUTE)
        assert f"Connectez-vous avant {until:%H:%M}, puis confirmez." in client.get(asked.headers["Location"]).text
        # The sign-in opens a new session of the browser.
        at(BEGINS + 2 * MINUTE)
        client.signed_in(members[0].person)
        monkeypatch.setattr(notice, "VERSION", "2027-01-05")
        asked = client.get(place(morning))
        assert asked.headers["Location"] == f"/fr/notice?next={place(morning)}"
        answer = client.post(asked.headers["Location"], data={"notice": "y"})
        assert answer.headers["Location"] == place(morning)

        page = client.get(place(morning))

        assert says(page) == "Confirmer ma présence"
        assert client.post(place(morning)).status_code == 302
        assert len(stored(db)) == 1

    def test_a_scan_passed_on_is_taken_by_no_other_browser(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, open_as: Any, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        at(BEGINS)
        scan(learner, app, morning, BEGINS)
        text = learner.get(place(morning)).text.split('name="pending" value="')[1].split('"')[0]
        other = open_as(members[1].person)
        scan(other, app, morning, BEGINS)
        other.delete_cookie("check-in")
        assert other.post(place(morning), data={"pending": text}).status_code == 410
        assert stored(db) == []

        # Without any cookie it cannot be told; then both stand there as two accounts on one device.
        bare = open_as(members[2].person)
        assert bare.post(place(morning), data={"pending": text}).status_code == 302
        assert learner.post(place(morning)).status_code == 302
        found = arriving.with_flags(morning, stored(db))
        assert [Flag.SHARED_DEVICE in one.flags for one in found] == [True, True]

    def test_the_form_carries_what_a_browser_dropped(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        scan(learner, app, morning, BEGINS)
        text = learner.get(place(morning)).text.split('name="pending" value="')[1].split('"')[0]
        learner.delete_cookie("check-in")
        assert learner.post(place(morning)).status_code == 410
        assert learner.post(place(morning), data={"pending": text + "x"}).status_code == 410
        assert stored(db) == []

        assert learner.post(place(morning), data={"pending": text}).status_code == 302
        assert len(stored(db)) == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize("late", [2, 3, 100])
    def test_a_code_passed_on_after_two_steps(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay, late: int
    ) -> None:
        at(BEGINS + late * 20 * SECOND)
        answer = scan(learner, app, morning, BEGINS)
        assert answer.status_code == 410
        assert "plus à l’écran" in says(answer)
        assert learner.get(place(morning)).status_code == 410
        assert learner.post(place(morning)).status_code == 410
        assert stored(db) == []

    def test_forged_flipped_and_of_another_half_day(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay, afternoon: HalfDay
    ) -> None:
        at(BEGINS)
        right = shown(app, morning, BEGINS).token
        flipped = ("B" if right[0] == "A" else "A") + right[1:]
        paths = [f"/p/{morning.id}/{'A' * 16}", f"/p/{morning.id}/{flipped}", f"/p/{afternoon.id}/{right}",
                 f"/p/999999/{right}", f"/p/{morning.id}/%C3%A9", f"/p/{morning.id}/{right}A"]  # fmt: skip
        assert [learner.get(path).status_code for path in paths] == [410] * len(paths)
        scan(learner, app, morning, BEGINS)
        assert learner.post(place(afternoon)).status_code == 410
        assert stored(db) == []

    def test_a_confirmation_later_than_three_minutes(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        scan(learner, app, morning, BEGINS)
        at(BEGINS + 3 * MINUTE + SECOND)
        assert learner.get(place(morning)).status_code == 410
        assert learner.post(place(morning)).status_code == 410
        assert stored(db) == []

    def test_after_the_closing_and_after_the_end(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, bilal: Person, morning: HalfDay, afternoon: HalfDay
    ) -> None:
        at(BEGINS + 60 * MINUTE)
        scan(learner, app, morning, clock.now())
        close(db, morning, bilal, now=clock.now())
        before = marks(db, morning.id)
        answer = learner.post(place(morning))
        assert answer.status_code == 409
        assert "Trop tard" in says(answer)
        assert (stored(db), marks(db, morning.id)) == ([], before)

        at(afternoon.ends_at)
        scan(learner, app, afternoon, clock.now())
        assert learner.post(place(afternoon)).status_code == 409
        assert stored(db) == []

    def test_somebody_who_is_not_enrolled(
        self, app: Flask, db: Any, at: At, open_as: Any, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        other = make_enrolment(db, make_person(db, "zineb"), make_cohort(db, has_sessions=True))
        database.commit()
        client = open_as(other.person)
        at(BEGINS)
        scan(client, app, morning, BEGINS)
        for answer in (client.get(place(morning)), client.post(place(morning))):
            assert "autre session" in says(answer)
            assert "Confirmer ma présence" not in answer.text
        assert stored(db) == []
        assert marks(db, morning.id) == {}
        # Without a scan the page tells nobody what is planned there.
        client.delete_cookie("check-in")
        assert "Rabat" not in client.get(place(morning)).text

    def test_on_a_cancelled_half_day(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, trainer: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        assert trainer.post(f"{roll(morning)}cancel").status_code == 302
        scan(learner, app, morning, BEGINS)
        assert learner.post(place(morning)).status_code == 409
        assert stored(db) == []


class TestEarly:
    def test_it_waits_for_the_opening_and_three_minutes_more(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS - 45 * MINUTE)
        scan(learner, app, morning, clock.now())
        page = learner.get(place(morning))
        assert "08:30" in page.text
        assert f'data-wait="{15 * 60 * 1000}"' in page.text
        answer = learner.post(place(morning))
        assert answer.status_code == 409
        assert "08:30" in answer.text
        assert stored(db) == []

        at(BEGINS - 30 * MINUTE)
        assert says(learner.get(place(morning))) == "Confirmer ma présence"
        at(BEGINS - 27 * MINUTE)
        assert learner.post(place(morning)).status_code == 302
        assert [one.at for one in stored(db)] == [clock.now()]

    def test_not_longer(self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay) -> None:
        at(BEGINS - 45 * MINUTE)
        scan(learner, app, morning, clock.now())
        at(BEGINS - 27 * MINUTE + SECOND)
        assert learner.post(place(morning)).status_code == 410
        assert stored(db) == []


class TestWhatIsMarked:
    @pytest.mark.parametrize(
        ("after", "mark"),
        [
            (-30 * MINUTE, ("present", None)),
            (15 * MINUTE - SECOND, ("present", None)),
            (15 * MINUTE, ("late", 195)),
            (30 * MINUTE + SECOND, ("late", 179)),
            (3 * 60 * MINUTE, ("late", 30)),
        ],
    )
    def test_by_the_minute_of_the_arrival(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay, members: list[Enrolment],
        after: dt.timedelta, mark: Any,
    ) -> None:  # fmt: skip
        at(BEGINS + after)
        check_in(learner, app, morning, clock.now())
        assert marks(db, morning.id) == {members[0].id: mark}
        assert ("Retard" if mark[0] == "late" else "Présence") in learner.get(place(morning)).text

    @pytest.mark.parametrize(
        ("said", "mark"),
        [
            (Status.PRESENT, ("present", None)),
            ((Status.LATE, 100), ("late", 100)),
            (Status.EXCUSED, ("excused", None)),
            ((Status.LEFT_EARLY, 60), ("left_early", 60)),
            # Whoever arrives is not absent.
            (Status.ABSENT, ("late", 150)),
        ],
    )
    def test_what_the_trainer_marked_stays_but_an_absence(
        self, app: Flask, db: Any, at: At, learner: CheckingClient, bilal: Person, morning: HalfDay,
        members: list[Enrolment], said: Any, mark: Any,
    ) -> None:  # fmt: skip
        take(db, morning, bilal, {members[0]: said})
        at(BEGINS + 60 * MINUTE)
        assert check_in(learner, app, morning, clock.now()).status_code == 302
        assert marks(db, morning.id) == {members[0].id: mark}
        assert len(stored(db)) == 1
        assert ("Noté par l’équipe" in learner.get(place(morning)).text) is (said != Status.ABSENT)

    def test_at_nine_in_ramadan_too(self, app: Flask, db: Any, at: At, bilal: Person, open_as: Any) -> None:
        cohort = make_cohort(db, has_sessions=True, starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 3, 30))
        someone = make_enrolment(db, make_person(db, "ramza"), cohort)
        database.commit()
        for day, begins in [(dt.date(2027, 2, 5), 8), (dt.date(2027, 2, 8), 9), (dt.date(2027, 3, 15), 8)]:
            nine = plan(db, cohort, bilal, first=day, morning=Times(dt.time(9), dt.time(12)), afternoon=None)
            half_day = nine.half_days[0]
            at(dt.datetime.combine(day, dt.time(begins, 10), dt.UTC))
            client = open_as(someone.person)
            assert check_in(client, app, half_day, clock.now()).status_code == 302
            assert marks(db, half_day.id) == {someone.id: ("present", None)}
            assert "09:10" in client.get(place(half_day)).text


class TestOnce:
    def test_of_many_at_the_same_moment_one_is_written(
        self, app: Flask, db: Any, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        person_id, half_day_id = members[0].person_id, morning.id

        def arrive(session: Any) -> None:
            services.check_ins.check_in(session, half_day_id, person_id, Way(Method.QR, "d"), now=BEGINS)

        for _round in range(3):
            assert at_once(app, [arrive] * 12) == [None] * 12
        assert len(stored(db)) == 1
        assert marks(db, half_day_id) == {members[0].id: ("present", None)}
        assert changes(db) == [(members[0].id, None, "present", "qr", "")]

    def test_nobody_is_written_after_the_closing(
        self, app: Flask, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, cohort: Cohort
    ) -> None:
        """Arrivals and the closing at once: whoever was written is counted, whoever came later was told so."""
        people = [make_enrolment(db, make_person(db, f"many{number}"), cohort) for number in range(10)]
        database.commit()
        half_day_id, bilal_id, ids = morning.id, bilal.id, [one.person_id for one in people]

        def arrive(person_id: int) -> Callable[[Any], None]:
            return lambda session: services.check_ins.check_in(
                session, half_day_id, person_id, Way(Method.QR), now=BEGINS + 5 * MINUTE
            )

        def end(session: Any) -> None:
            half_day = session.get(HalfDay, half_day_id, with_for_update=True)
            services.marks.close(session, half_day, actor_id=bilal_id, now=BEGINS + 5 * MINUTE)

        results = at_once(app, [*(arrive(one) for one in ids), end])

        assert results[-1] is None
        refused = [one for one in results[:-1] if one is not True]
        assert all(isinstance(one, TooLateToCheckIn) for one in refused)
        found = marks(db, half_day_id)
        assert sum(found[one.id] == ("present", None) for one in people) == 10 - len(refused) == len(stored(db))
        assert sum(found[one.id] == ("absent", None) for one in people) == len(refused)


def test_the_end_is_the_end(app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay) -> None:
    at(ENDS - SECOND)
    check_in(learner, app, morning, clock.now())
    assert [one.at for one in stored(db)] == [ENDS - SECOND]
