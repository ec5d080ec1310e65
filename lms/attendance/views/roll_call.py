"""The roll call of one half-day: one form that works without script, and the closing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import choices, queries, services
from lms.attendance.choices import LONGEST_VALUE, Choice, Choices, value_of
from lms.attendance.errors import (
    HalfDayCancelled,
    HalfDayClosed,
    LongerThanHalfDay,
    MarkedMeanwhile,
    NotBegun,
    NotOnTheList,
    OwnMark,
    TooLateToCorrect,
)
from lms.attendance.models import HalfDay, Mark
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Row
from lms.attendance.services.marks import Tap
from lms.attendance.services.undoing import Press
from lms.attendance.statuses import LONGEST_REMARK, MOST_MINUTES, Reason, State, Status
from lms.attendance.views import arrivals, closed, kept, undoing
from lms.attendance.views.blueprint import blueprint, half_day_or_404, may_take, titles
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.core.text import clean_line, fold, plain_digits, search_key

#: The statuses that stand side by side in the row of each person; the others stand under « More ».
BESIDE = (Status.PRESENT, Status.LATE, Status.EXCUSED, Status.ABSENT)


@dataclass(frozen=True)
class Fields:
    """What stands in the fields of one person: as stored, or as it was sent."""

    status: str = ""
    minutes: str = ""
    remark: str = ""
    #: Why it cannot be stored.
    error: str = ""

    def aside(self, known: Choices) -> str:
        """What the four segments of somebody do not show: another status, minutes, the remark."""
        return replace(self, status="" if self.status in BESIDE else self.status).words(known)

    @property
    def key(self) -> str:
        """What the page shows, sent along: only what differs from it is a tap, two trainers do not undo each other."""
        return "|".join((self.status, self.minutes, self.remark))

    def words(self, known: Choices) -> str:
        """For somebody who sent it too late."""
        choice = known.by_value.get(self.status)
        minutes = str(_("%(num)s min attended", num=self.minutes)) if self.minutes else ""
        return " · ".join(part for part in (choice.label if choice else "", minutes, self.remark) if part)


def stored(mark: Mark | None) -> Fields:
    """What the fields of somebody show before anything is changed."""
    if mark is None:
        return Fields()
    return Fields(value_of(mark.status, mark.name_id), "" if mark.minutes is None else str(mark.minutes), mark.remark)


@blueprint.get("/half-days/<int:half_day_id>/")
@requires(AttendancePermission.CORRECT)
def show_half_day(half_day_id: int) -> ResponseReturnValue:
    """The roll call; once the half-day is closed, who was there. Written into the access log."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is State.CLOSED:
        return closed.page(half_day)
    return _page(half_day, {})


def _page(half_day: HalfDay, sent: dict[int, Fields], refused: Any = None) -> str:
    # Before the rows: what is marked in between is told to the page again, never left out.
    cursor = queries.taps.cursor(session(), half_day.id)
    rows, known = queries.marks.rows(session(), half_day), choices.known(session())
    today, takes = local_date(clock.now()), may_take(half_day.meeting.cohort_id)
    words = paging.search_words()
    press = undoing.press_in(request.args.to_dict()) if takes else None
    page = render_template(
        "attendance/roll_call.html",
        half_day=half_day,
        rows=[
            (row, sent.get(row.enrolment.id, stored(row.mark)), stored(row.mark).key)
            for row in rows
            if _is_found(row, words)
        ],
        people=len(rows),
        words=words,
        press=press,
        undoable=len(undo_of(half_day, press)),
        beside=BESIDE,
        marked=sum(row.mark is not None for row in rows),
        others=[one for one in _beside(half_day, today) if one.id != half_day.id],
        choices=known,
        picked=queries.meeting_trainers.picked_of(session(), [half_day.meeting]).get(half_day.meeting_id),
        retired_of=lambda row: _retired_of(known, row.mark),
        titles=titles(),
        refused=refused,
        errors=[(row, sent[row.enrolment.id]) for row in rows if sent.get(row.enrolment.id, Fields()).error],
        may_take=takes,
        check_ins={one.enrolment_id: one for one in queries.check_ins.arrivals(session(), half_day.id)},
        has_begun=clock.now() >= half_day.starts_at,
        waiting=queries.walk_ins.waiting(session(), half_day.id),
        reopened=Reason(half_day.reopened_reason) if half_day.reopened_reason else None,
        form=EmptyForm(formdata=None),
        cursor=cursor,
        taps=kept.attributes(half_day, known, may_take=takes),
        search_of=_search_of,
        is_own=lambda row: services.marks.is_own(row, current_user.person_id),
        own_mark=OwnMark().message,
    )
    log_shown("attendance.show_half_day", people=len(rows))
    return page


def _retired_of(known: Choices, mark: Mark | None) -> list[Choice]:
    """The own name that somebody is marked with, once it is offered no longer."""
    return [known.of(mark)] if mark is not None and known.of(mark).is_retired else []


def undo_of(half_day: HalfDay, press: Press | None) -> list[Mark]:
    """What « Undo » would take back of the press that the address names; mostly there is none."""
    if press is None:
        return []
    return services.undoing.undoable(session(), half_day, press, actor_id=current_user.person_id)


def _is_found(row: Row, words: str) -> bool:
    """Whether every word that is searched for stands in somebody's name or organisation, as in the script."""
    key = _search_of(row)
    return all(word in key for word in fold(words).split())


def _search_of(row: Row) -> str:
    """What a search on the page finds somebody by, folded as the script folds what is typed."""
    name, place = row.enrolment.person.name, row.enrolment.organisation
    words = [place.name.ar, place.name.fr, place.short_name.ar, place.short_name.fr] if place else []
    return search_key(name.ar, name.fr, *words)


def _beside(half_day: HalfDay, today: Any) -> list[HalfDay]:
    """Half-days of the same cohort on the same day, and today's."""
    days = sorted({half_day.day, today})
    cohort_id = half_day.meeting.cohort_id
    return [one for day in days for one in queries.meetings.of_cohort(session(), cohort_id, from_day=day, to_day=day)]


@blueprint.post("/half-days/<int:half_day_id>/")
@requires(AttendancePermission.TAKE)
def take(half_day_id: int) -> ResponseReturnValue:
    """Store what was changed; ``do`` may ask for everybody to be present or for the closing."""
    half_day, do = half_day_or_404(half_day_id, lock=True), request.form.get("do", "")
    known = choices.known(session())
    sent = _sent(half_day, known)
    person_id, now = current_user.person_id, clock.now()
    press: dict[str, Any] = {}
    if any(one.error for one in sent.values()):
        return _page(half_day, sent), 422
    try:
        taps = [tap_of(enrolment_id, one, known) for enrolment_id, one in sent.items()]
        changed = services.marks.take(session(), half_day, taps, actor_id=person_id, now=now)
        if do == "everyone":
            after = queries.taps.cursor(session(), half_day_id)
            changed += services.marks.everyone_present(session(), half_day, actor_id=person_id, now=now)
            press = {"after": after, "until": queries.taps.cursor(session(), half_day_id)}
    except (HalfDayClosed, HalfDayCancelled, NotOnTheList, OwnMark, TooLateToCorrect) as error:
        database.rollback()
        half_day = half_day_or_404(half_day_id)
        if half_day.state is State.CLOSED:
            said = [(enrolment_id, one.words(known)) for enrolment_id, one in sent.items()]
            return closed.page(half_day, refused=error.message, not_taken=said), error.status
        return _page(half_day, sent, error.message), error.status
    if do == "close":
        return redirect(url_for(".ask_close", half_day_id=half_day_id))
    if changed:
        flash(ngettext("%(num)s mark is saved.", "%(num)s marks are saved.", changed), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id, **press))


def _sent(half_day: HalfDay, known: Choices) -> dict[int, Fields]:
    """What was changed on the page, by enrolment."""
    found: dict[int, Fields] = {}
    for name, was in request.form.items():
        number = paging.whole_number(name.removeprefix("was-")) if name.startswith("was-") else None
        if number is None:
            continue
        said = Fields(
            request.form.get(f"status-{number}", "")[: LONGEST_VALUE + 1],
            plain_digits(clean_line(request.form.get(f"minutes-{number}", "")[:20])),
            clean_line(request.form.get(f"remark-{number}", "")[: LONGEST_REMARK + 1]),
        )
        if said.key != was:
            found[number] = said
    kept_by = keeping_retired(half_day, known, found)
    return {
        number: replace(said, error=fault_of(half_day, said, known, keeps_retired=number in kept_by))
        for number, said in found.items()
    }


def keeping_retired(half_day: HalfDay, known: Choices, sent: dict[int, Fields]) -> set[int]:
    """Those marked already with the retired name that is said of them: only then does it stand. Mostly no statement."""
    if not any(one.status in known.by_value and known.by_value[one.status].is_retired for one in sent.values()):
        return set()
    rows = queries.marks.rows(session(), half_day)
    shown = {row.enrolment.id: stored(row.mark).status for row in rows}
    return {number for number, one in sent.items() if shown.get(number) == one.status}


def fault_of(half_day: HalfDay, said: Fields, known: Choices, *, keeps_retired: bool) -> str:
    """Why it cannot be stored, in a sentence; empty where it can."""
    if not said.status:
        return str(_("A minute or a remark needs a status beside it."))
    choice = known.by_value.get(said.status)
    if choice is None or (choice.is_retired and not keeps_retired):
        return str(_("Something was chosen that is not in this list."))
    minutes = paging.whole_number(said.minutes) if said.minutes else 0
    if minutes is None or not 0 <= minutes <= MOST_MINUTES:
        return str(_("Minutes lie between 0 and 720."))
    try:
        services.marks.refuse_longer(half_day, choice.status, minutes)
    except LongerThanHalfDay as error:
        return str(error.message)
    if len(said.remark) > LONGEST_REMARK:
        return str(_("At most %(num)s letters can be used.", num=LONGEST_REMARK))
    return ""


def tap_of(enrolment_id: int, said: Fields, known: Choices) -> Tap:
    """What is said of somebody, once nothing is wrong with it."""
    choice, minutes = known.by_value[said.status], int(said.minutes) if said.minutes else None
    return Tap(enrolment_id, choice.status, minutes, said.remark, choice.name_id)


@blueprint.get("/half-days/<int:half_day_id>/close")
@requires(AttendancePermission.TAKE)
def ask_close(half_day_id: int) -> ResponseReturnValue:
    """Who is not marked and who was not there, before the half-day is countersigned."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is State.CLOSED:
        return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    return _close_page(half_day)


def _close_page(half_day: HalfDay, refused: Any = None) -> str:
    rows, known = queries.marks.rows(session(), half_day), choices.known(session())
    page = render_template(
        "attendance/close_half_day.html",
        half_day=half_day,
        rows=rows,
        shown=services.marks.key_of(rows),
        unmarked=[row for row in rows if services.marks.becomes_absent(half_day, row)],
        exceptions=[row for row in rows if row.mark is not None and row.mark.status != Status.PRESENT],
        attended=queries.marks.tally(half_day, [row.mark for row in rows]).attended,
        choices=known,
        waiting=queries.walk_ins.waiting(session(), half_day.id),
        flagged=[one for one in arrivals.arrivals_of(half_day) if one.flags and one.check_in.struck_at is None],
        titles=titles(),
        refused=refused,
        form=EmptyForm(formdata=None),
        taps=kept.attributes(half_day, known, may_take=True),
    )
    log_shown("attendance.ask_close", people=len(rows))
    return page


@blueprint.post("/half-days/<int:half_day_id>/close")
@requires(AttendancePermission.TAKE)
def close(half_day_id: int) -> ResponseReturnValue:
    """Countersign what the review showed; where the list is another by now, the new one is shown first."""
    half_day, shown = half_day_or_404(half_day_id, lock=True), request.form.get("shown", "")
    try:
        services.marks.close(session(), half_day, actor_id=current_user.person_id, now=clock.now(), shown=shown)
    except (NotBegun, HalfDayCancelled, MarkedMeanwhile) as error:
        database.rollback()
        return _close_page(half_day_or_404(half_day_id), error.message), error.status
    flash(_("The half-day is closed and countersigned."), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))
