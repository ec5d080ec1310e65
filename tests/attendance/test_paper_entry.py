"""The sheet signed on paper and typed in by the codes of its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance import paper, queries, services, sheets
from lms.attendance.models import HalfDay, Mark, Meeting
from lms.attendance.services.check_ins import Way
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Method, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.row_codes import code_of
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import EVENING, HOUR, actor, changes, close, marks, plan, roll, take
from tests.attendance.forms import fields
from tests.attendance.test_reopening import reopen
from tests.conftest import NOW
from tests.documents.test_cards import texts
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient

SET = 5
LIST = range(1, 21)


def page(half_day: HalfDay, lang: str = "fr") -> str:
    return f"{roll(half_day, lang)}paper"


def codes(db: Any, half_day: HalfDay) -> dict[int, str]:
    """Code of each enrolment on the list."""
    db.rollback()
    db.expire_all()
    half_day = db.get_one(HalfDay, half_day.id)
    return {one.enrolment.id: sheets.code_of(half_day, one.number) for one in queries.marks.rows(db, half_day)}


def how(db: Any, half_day: HalfDay, one: Enrolment) -> tuple[str, int | None]:
    """How somebody's mark is known, and from whom."""
    db.rollback()
    db.expire_all()
    mark = db.get_one(Mark, (half_day.id, one.id))
    return mark.method, mark.marked_by_id


class TestReading:
    def test_codes_numbers_and_stretches_in_any_digits(self) -> None:
        typed = f" {code_of(SET, 3).lower()}, 4،  ٧ 10 - {code_of(SET, 12)} ; 15–16 1 {code_of(SET, 1)[-1]}".replace(
            f"1 {code_of(SET, 1)[-1]}", f"{code_of(SET, 1)[:-1]} {code_of(SET, 1)[-1]}"
        )
        found = paper.read(typed, SET, LIST)
        assert found == paper.Reading((3, 4, 7, 10, 11, 12, 15, 16, 1), ())

    def test_a_stretch_passes_over_numbers_that_nobody_has(self) -> None:
        assert paper.read("2-6", SET, {1, 2, 4, 6}).numbers == (2, 4, 6)

    @pytest.mark.parametrize(
        ("typed", "wrong"),
        [("1 99 2", ["99"]), ("3 abc", ["abc"]), (f"4{code_of(SET, 5)[-1]}", [f"4{code_of(SET, 5)[-1]}"]),
         ("3 4 3", ["3"]), ("1-5 4", ["4"]), ("5-1", ["5-1"]), ("1-3-5", ["1-3-5"]), ("1-99", ["1-99"]),
         ("-4", ["-4"]), ("4-", ["4-"]), ("<script>", ["<script>"]), ("1\0", ["1\0"]), ("²", ["²"])],
    )  # fmt: skip
    def test_each_code_that_is_wrong_is_named(self, typed: str, wrong: list[str]) -> None:
        assert [one.typed for one in paper.read(typed, SET, LIST).faults] == wrong

    def test_a_whole_page_pasted_is_cut(self) -> None:
        assert len(paper.read("1 " * 1_000_000, SET, LIST).faults) < paper.LONGEST


class TestNumbers:
    def test_they_follow_the_names_and_whoever_is_enrolled_later_comes_last(
        self, db: Any, morning: HalfDay, cohort: Cohort, members: list[Enrolment]
    ) -> None:
        before = codes(db, morning)
        database.use_mode(database.WRITE)
        morning.meeting.listed = [one.id for one in members]
        late = make_enrolment(db, make_person(db, "driss"), cohort)
        after = codes(db, morning)

        assert before.keys() == {one.id for one in members}
        assert after[late.id] == sheets.code_of(morning, 4)

    def test_they_follow_the_names_not_the_enrolling(self, db: Any, cohort: Cohort, bilal: Person) -> None:
        database.use_mode(database.WRITE)
        second, first = (make_enrolment(db, make_person(db, name), cohort) for name in ("salma", "chaima"))
        morning = plan(db, cohort, bilal, first=dt.date(2026, 12, 1)).half_days[0]
        assert codes(db, morning) == {
            one.id: sheets.code_of(morning, number) for number, one in enumerate((first, second), 1)
        }

    def test_a_number_stays_when_people_come_and_go(
        self, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
    ) -> None:
        morning = plan(db, cohort, bilal, first=dt.date(2026, 12, 1)).half_days[0]
        assert morning.meeting.listed == [one.id for one in members]
        before = codes(db, morning)
        database.use_mode(database.WRITE)
        first, *_others = members
        late = [make_enrolment(db, make_person(db, name), cohort) for name in ("driss", "aicha")]
        programme.end_enrolment(db, db.get_one(Enrolment, first.id), reason="x", actor_id=None, now=NOW)
        database.commit()

        after = codes(db, morning)
        assert first.id not in after
        assert all(after[one.id] == before[one.id] for one in members[1:])
        assert [after[one.id] for one in late] == [sheets.code_of(morning, number) for number in (4, 5)]

    def test_the_sheet_of_another_day_has_other_letters(
        self, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
    ) -> None:
        days = plan(db, cohort, bilal, first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 2)).half_days
        assert not set(codes(db, days[0]).values()) & set(codes(db, days[2]).values())
        assert codes(db, days[0]) == codes(db, days[1])

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_the_sheet_prints_them(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        (text,) = texts(trainer.get(f"{roll(morning, lang)}sheet.pdf").data)
        assert all(code in text for code in codes(db, morning).values())


@pytest.fixture
def on_the_sheet(db: Any, meeting: Meeting, members: list[Enrolment]) -> None:
    """The members were enrolled when the meeting was planned: every sheet has them."""
    database.use_mode(database.WRITE)
    meeting.listed = [one.id for one in members]
    database.commit()


@pytest.mark.usefixtures("on_the_sheet")
class TestAfterThePrinting:
    """Driss was enrolled once the sheet was printed: it says nothing of him."""

    @pytest.fixture
    def late(self, db: Any, cohort: Cohort, on_the_sheet: None) -> Enrolment:
        database.use_mode(database.WRITE)
        return make_enrolment(db, make_person(db, "driss"), cohort)

    @pytest.mark.parametrize("kind", ["signed", "unsigned"])
    def test_somebody_who_is_not_on_the_sheet_stays_unmarked(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], late: Enrolment, kind: str
    ) -> None:
        first, second, third = (one.id for one in members)
        code = codes(db, morning)
        typed = f"{code[first]} {code[third]}" if kind == "signed" else code[second]
        shown = trainer.post(page(morning), data={"kind": kind, "codes": typed, "last": code[third], "whole": "1"})
        assert shown.status_code == 200
        assert "Rien ne change pour les autres · 1" in shown.text
        assert late.person.name.fr in shown.text
        assert trainer.post(page(morning), data=fields(shown.text)).status_code == 302
        assert marks(db, morning.id) == {first: ("present", None), second: ("absent", None), third: ("present", None)}

    def test_on_a_sheet_printed_later_they_are_marked(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, late: Enrolment
    ) -> None:
        last = codes(db, morning)[late.id]
        shown = trainer.post(page(morning), data={"kind": "unsigned", "codes": "", "last": last, "whole": "1"})
        assert "Rien ne change pour les autres" not in shown.text
        trainer.post(page(morning), data=fields(shown.text))
        assert marks(db, morning.id)[late.id] == ("present", None)

    def test_a_mark_that_they_have_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, late: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {late: Status.LATE})
        sent = fields(
            trainer.post(page(morning), data={"kind": "signed", "codes": "1", "last": "3", "whole": "1"}).text
        )
        trainer.post(page(morning), data=sent)
        assert marks(db, morning.id)[late.id] == ("late", None)

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    @pytest.mark.parametrize("last", ["", "0", "abc", "wrong letter"])
    def test_the_last_row_is_needed_and_its_letter_checked(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, late: Enrolment, last: str, lang: str
    ) -> None:
        typed = f"3{codes(db, morning)[late.id][-1]}" if last == "wrong letter" else last
        answer = trainer.post(page(morning, lang), data={"kind": "signed", "codes": "1", "last": typed, "whole": "1"})
        assert answer.status_code == 422
        assert 'href="#last"' in answer.text
        assert (fields(answer.text)["last"], fields(answer.text)["codes"]) == (typed, "1")

    def test_a_row_below_the_last_one_is_refused(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, late: Enrolment
    ) -> None:
        answer = trainer.post(page(morning), data={"kind": "signed", "codes": "1 4", "last": "3"})
        assert answer.status_code == 422
        assert "Cette ligne vient après la dernière" in answer.text

    def test_another_last_row_than_the_one_shown_is_shown_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, late: Enrolment
    ) -> None:
        sent = fields(trainer.post(page(morning), data={"kind": "signed", "codes": "1", "last": "3"}).text)
        assert trainer.post(page(morning), data={**sent, "last": "4"}).status_code == 200
        assert marks(db, morning.id) == {}

    def test_nothing_is_asked_where_nobody_can_be_missing(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert 'name="last"' not in trainer.get(page(morning)).text

    def test_a_first_page_needs_no_last_row(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], late: Enrolment
    ) -> None:
        sent = fields(trainer.post(page(morning), data={"kind": "signed", "codes": "1", "last": ""}).text)
        assert trainer.post(page(morning), data=sent).status_code == 302
        assert marks(db, morning.id) == {members[0].id: ("present", None)}


@pytest.mark.usefixtures("on_the_sheet")
class TestTyping:
    @pytest.mark.parametrize("kind", ["signed", "unsigned"])
    def test_names_are_shown_first_then_stored(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], kind: str
    ) -> None:
        code = codes(db, morning)
        first, second, third = (one.id for one in members)
        typed = f"{code[first]} {code[third]}" if kind == "signed" else code[second]
        shown = trainer.post(page(morning), data={"kind": kind, "codes": typed, "whole": "1"})
        assert shown.status_code == 200
        assert (marks(db, morning.id), changes(db)) == ({}, [])
        sent = fields(shown.text)
        assert (sent["codes"], sent["kind"]) == (typed, kind)
        assert shown.text.count("Absence non justifiée") == 1

        answer = trainer.post(page(morning), data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, roll(morning))
        assert marks(db, morning.id) == {first: ("present", None), second: ("absent", None), third: ("present", None)}
        assert {one[3] for one in changes(db)} == {"sheet"}
        # The same form sent twice: nothing differs any more, so it is shown again.
        stored = changes(db)
        assert trainer.post(page(morning), data=sent).status_code == 409
        assert changes(db) == stored

    def test_a_signature_takes_nothing_from_lateness_and_an_excuse_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        first, second, third = members
        take(db, morning, bilal, {first: (Status.LATE, 150), second: Status.EXCUSED, third: Status.PRESENT})
        code = codes(db, morning)
        for kind, typed in (("signed", code[first.id]), ("unsigned", f"{code[second.id]} {code[third.id]}")):
            shown = trainer.post(page(morning), data={"kind": kind, "codes": typed}).text
            assert ("1 présence enregistrée devient une absence." in shown) == (kind == "unsigned")
            assert trainer.post(page(morning), data=fields(shown)).status_code == 302
        assert marks(db, morning.id) == {
            first.id: ("late", 150), second.id: ("excused", None), third.id: ("absent", None),
        }  # fmt: skip

    @pytest.mark.parametrize("kind", ["signed", "unsigned"])
    def test_what_it_says_of_a_mark_that_stays_is_how_the_mark_is_known(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person,
        driss: Person, kind: str,
    ) -> None:  # fmt: skip
        take(db, morning, driss, {members[0]: Status.PRESENT, members[1]: Status.ABSENT})
        history = changes(db)
        typed = "1" if kind == "signed" else "2"
        # The tick: the others did the opposite, which is stored of them too.
        shown = trainer.post(page(morning), data={"kind": kind, "codes": typed, "whole": "1"}).text
        assert trainer.post(page(morning), data=fields(shown)).status_code == 302

        assert {how(db, morning, one) for one in members[:2]} == {("sheet", bilal.id)}
        # That they were marked before, and by whom, stays in the history.
        assert changes(db)[:2] == history
        assert [one[0] for one in changes(db)[2:]] == [members[2].id]

    def test_what_it_cannot_say_stays_known_as_it_was(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], driss: Person
    ) -> None:
        """Their own check-in, a lateness, an excuse."""
        first, second, third = members
        database.use_mode(database.WRITE)
        arrival = morning.starts_at - HOUR / 6
        services.check_ins.check_in(db, morning.id, first.person_id, Way(Method.QR), now=arrival)
        taps = [Tap(second.id, Status.LATE, 150, "Train"), Tap(third.id, Status.EXCUSED, remark="Certificat")]
        services.marks.take(db, morning, taps, actor_id=driss.id, now=NOW)
        database.commit()
        history = changes(db)
        for kind, typed in (("signed", "1 2"), ("unsigned", "3")):
            shown = trainer.post(page(morning), data={"kind": kind, "codes": typed}).text
            assert trainer.post(page(morning), data=fields(shown)).status_code == 302

        assert how(db, morning, first) == ("qr", first.person_id)
        assert db.get_one(Mark, (morning.id, first.id)).marked_at == arrival
        assert [how(db, morning, one) for one in (second, third)] == [("roll-call", driss.id)] * 2
        assert db.get_one(Mark, (morning.id, second.id)).remark == "Train"
        assert changes(db) == history

    def test_opened_again_what_was_countersigned_stays_known_as_it_was(
        self, db: Any, at: Any, open_as: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        reopen(db, closed, actor(bilal, Role.TRAINER))
        at(EVENING + HOUR)
        trainer = open_as(bilal)
        shown = trainer.post(page(closed), data={"kind": "signed", "codes": "1", "whole": "1"}).text
        answer = trainer.post(page(closed), data=fields(shown))

        assert answer.headers["Location"] == roll(closed)
        assert [how(db, closed, one)[0] for one in members] == ["roll-call", "closing", "closing"]

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    @pytest.mark.parametrize("is_whole", [False, True])
    def test_the_second_page_takes_nothing_from_the_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str, is_whole: bool
    ) -> None:
        first, second, third = (one.id for one in members)
        tick = {"whole": "1"} if is_whole else {}
        for number, more in (("1", {}), ("2", tick)):
            shown = trainer.post(page(morning, lang), data={"kind": "signed", "codes": number, **more}).text
            assert trainer.post(page(morning, lang), data=fields(shown)).status_code == 302
        absent = {third: ("absent", None)} if is_whole else {}
        assert marks(db, morning.id) == {first: ("present", None), second: ("present", None), **absent}

    def test_the_tick_takes_no_presence_of_the_roll_call(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, dict.fromkeys(members[1:], Status.PRESENT))
        shown = trainer.post(page(morning), data={"kind": "signed", "codes": "1", "whole": "1"}).text
        assert "Rien ne change pour les autres · 2" in shown
        trainer.post(page(morning), data=fields(shown))
        assert set(marks(db, morning.id).values()) == {("present", None)}

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_the_tick_is_off_until_somebody_sets_it(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        assert "whole" not in fields(trainer.get(page(morning, lang)).text)
        sent = fields(trainer.post(page(morning, lang), data={"kind": "signed", "codes": "1"}).text)
        assert "whole" not in sent
        # Set on the page of the names, it is shown first.
        assert trainer.post(page(morning, lang), data={**sent, "whole": "1"}).status_code == 200
        assert marks(db, morning.id) == {}

    def test_a_change_is_drawn_along_the_line_of_reading(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        shown = trainer.post(page(morning, "ar"), data={"kind": "unsigned", "codes": "1"}).text
        assert 'aria-label="يصبح"' in shown
        assert "→" not in shown

    def test_everybody_signed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        sent = fields(trainer.post(page(morning), data={"kind": "unsigned", "codes": "", "whole": "1"}).text)
        assert trainer.post(page(morning), data=sent).status_code == 302
        assert set(marks(db, morning.id).values()) == {("present", None)}

    @pytest.mark.parametrize("typed", ["", "99", "1 1", "abc", "1-", "<script>alert(1)</script>", "x" * 5000])
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_what_is_wrong_is_named_and_stays_typed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], typed: str, lang: str
    ) -> None:
        answer = trainer.post(page(morning, lang), data={"kind": "signed", "codes": typed})
        assert answer.status_code == 422
        assert 'href="#codes"' in answer.text
        assert fields(answer.text)["codes"] == typed
        assert (marks(db, morning.id), changes(db)) == ({}, [])

    @pytest.mark.parametrize(
        ("lang", "words"), [("ar", "اللائحة كاملة»"), ("fr", "La liste est complète\N{NO-BREAK SPACE}»")]
    )
    def test_that_nobody_is_missing_has_to_be_said(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str, words: str
    ) -> None:
        answer = trainer.post(page(morning, lang), data={"kind": "unsigned", "codes": ""})
        assert answer.status_code == 422
        assert words in answer.text

    def test_other_codes_than_those_shown_are_shown_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        sent = fields(trainer.post(page(morning), data={"kind": "signed", "codes": "1"}).text)
        for other in ({"codes": "1 2"}, {"kind": "unsigned"}, {"confirmed": ""}):
            assert trainer.post(page(morning), data={**sent, **other}).status_code == 200
        assert trainer.post(page(morning), data={**sent, "confirmed": "0" * 64}).status_code == 409
        assert marks(db, morning.id) == {}

    def test_a_mark_set_meanwhile_is_shown_before_it_is_changed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        sent = fields(trainer.post(page(morning), data={"kind": "signed", "codes": "1", "whole": "1"}).text)
        take(db, morning, bilal, {members[2]: Status.LATE})
        answer = trainer.post(page(morning), data=sent)
        assert answer.status_code == 409
        assert marks(db, morning.id) == {members[2].id: ("late", None)}
        assert trainer.post(page(morning), data=fields(answer.text)).status_code == 302

    def test_a_closed_or_cancelled_one_takes_nothing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
        bilal: Person,
    ) -> None:  # fmt: skip
        sent = fields(trainer.post(page(morning), data={"kind": "signed", "codes": "1"}).text)
        close(db, morning, bilal)
        trainer.post(f"{roll(afternoon)}cancel")
        before = changes(db)
        assert trainer.get(page(morning)).headers["Location"] == roll(morning)
        assert trainer.post(page(morning), data=sent).status_code == 409
        assert trainer.post(page(afternoon), data=sent).status_code == 409
        assert changes(db) == before

    def test_only_the_trainers_of_the_cohort(
        self, trainer: CheckingClient, stranger: CheckingClient, monitor: CheckingClient, learner: CheckingClient,
        morning: HalfDay,
    ) -> None:  # fmt: skip
        assert trainer.get(page(morning)).status_code == 200
        for client, status in ((stranger, 404), (monitor, 403), (learner, 403)):
            assert client.get(page(morning)).status_code == status
            assert client.post(page(morning), data={"codes": "1"}).status_code == status
