"""A file of sessions: the meetings and half-days that its lines plan, and planning them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import codes
from lms.accounts.models import Person
from lms.attendance import naming, queries, services
from lms.attendance.errors import HalfDaysOverlap, OutsideCohort
from lms.attendance.imports import reading
from lms.attendance.imports.checking import NEW, SAME, Checked
from lms.attendance.imports.columns import SESSIONS
from lms.attendance.models import AttendanceImport, Group, HalfDay
from lms.attendance.services.meetings import About, Slot, as_json, concerns_both
from lms.attendance.statuses import Mode
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.text import clean_line, fold, is_web_address, isolate
from lms.curriculum import queries as curriculum
from lms.programme import queries as programme
from lms.programme.models import Cohort

COLUMNS = SESSIONS
LONGEST = {"title_ar": 200, "title_fr": 200, "place": 200, "link": 500}
#: What has to be the same in all rows of one meeting.
_ABOUT = ("module", "title_ar", "title_fr", "mode", "place", "link", "group", "trainers")


def check(
    db: Session, one: AttendanceImport, lines: Sequence[Checked], *, actor_id: int, now: dt.datetime
) -> list[Checked]:
    """What each line would do now, in a constant number of statements, whoever asks and when."""
    taken = programme.modules_of_cohort(db, one.cohort_id)
    titles = {found.slug: (found.short, found.title) for found in curriculum.current(db).modules if found.slug in taken}
    held = queries.meetings.planned_of(db, [one.cohort_id])
    picked = queries.meeting_trainers.picked_of(db, [half_day.meeting for half_day in held])
    groups, trainers = queries.groups.of_cohort(db, one.cohort_id), _trainers(programme.trainers_of(db, one.cohort_id))
    for line in lines:
        _read(line, titles)
        line.values["group"] = line.read("group", lambda text: _group(text, groups))
        line.values["trainers"] = line.read("trainers", lambda text: _led_by(text, trainers))
    _compare(db, lines, held, picked)
    for line in lines:
        _refuse_outside(line, one.cohort)
    _agree(lines)
    for line in lines:
        if not line.errors:
            line.outcome = line.values["outcome"]
    return list(lines)


def _read(line: Checked, titles: Any) -> None:
    texts = {key: line.read(key, partial(_short, most=most)) or "" for key, most in LONGEST.items()}
    mode = line.read(
        "mode", lambda text: reading.mode(text, has_place=bool(texts["place"]), has_link=bool(texts["link"]))
    )
    line.values = {
        **texts, "mode": mode, "module": line.read("module", lambda text: reading.module(text, titles)),
        "day": line.read("day", reading.day), "start": line.read("start", reading.time),
        "end": line.read("end", reading.time),
    }  # fmt: skip
    start, end = line.values["start"], line.values["end"]
    if start is not None and end is not None and end <= start:
        line.errors["end"] = _("The end lies after the beginning.")
    if mode in (Mode.ROOM, Mode.HYBRID) and not texts["place"]:
        line.errors.setdefault("place", _("The place is needed: people come to it."))
    if mode in (Mode.ONLINE, Mode.HYBRID) and not texts["link"]:
        line.errors.setdefault("link", _("The link is needed: people take part by it."))
    if texts["link"] and not is_web_address(texts["link"]):
        line.errors["link"] = _("The whole address of the online room is needed, as the browser shows it.")


def _short(text: str, *, most: int) -> str:
    text = clean_line(text)
    if len(text) > most:
        raise ValueError(_("At most %(num)s letters can be used.", num=most))
    return text


def _group(text: str, groups: Sequence[Group]) -> int | None:
    """Id of the group that is called so in one of the two languages; nothing: for all."""
    if not text:
        return None
    found = [one.id for one in groups if fold(text) in {fold(one.name[lang]) for lang in LANGUAGES}]
    if len(found) > 1:
        raise ValueError(_("Several groups of the training session are called so."))
    if not found:
        raise ValueError(_("No group of the training session is called so."))
    return found[0]


def names_others(text: str, people: Sequence[Person]) -> bool:
    """Whether a cell names somebody who is none of the trainers."""
    try:
        _led_by(text, _trainers(people))
    except ValueError:
        return True
    return False


def _trainers(people: Sequence[Person]) -> dict[str, int]:
    """Ids of a cohort's trainers by address and by code."""
    by_address = {one.email.lower(): one.id for one in people if one.email}
    return by_address | {codes.plain(one.code): one.id for one in people if one.code}


def named_in(text: str) -> list[str]:
    """Addresses and codes of the trainers that a cell names."""
    return [word for word in re.split(r"[,;،؛\s]+", text) if word]


def _led_by(text: str, trainers: Mapping[str, int]) -> frozenset[int]:
    """Ids of the trainers that a cell names; nobody: all of the cohort."""
    found = {word: trainers.get(word.lower()) or trainers.get(codes.plain(word)) for word in named_in(text)}
    if unknown := [word for word, person_id in found.items() if person_id is None]:
        raise ValueError(_("No trainer of the training session: %(who)s.", who=isolate(unknown[0][:80])))
    return frozenset(person_id for person_id in found.values() if person_id is not None)


def _compare(
    db: Session, lines: Sequence[Checked], held: Sequence[HalfDay], picked: Mapping[int, Sequence[Person]]
) -> None:
    """Against half-days that are planned already, and against earlier lines."""
    earlier: dict[dt.date, list[Checked]] = defaultdict(list)
    by_day: dict[dt.date, list[HalfDay]] = defaultdict(list)
    for one in held:
        by_day[one.day].append(one)
    for line in lines:
        day, start, end = (line.values[key] for key in ("day", "start", "end"))
        line.values["outcome"] = NEW
        # Whom it is for says what is in its way.
        if day is None or start is None or end is None or end <= start or "group" in line.errors:
            continue
        group = line.values["group"]
        beside = [
            one
            for one in by_day[day]
            if start < one.ends and one.starts < end and concerns_both(group, one.meeting.group_id)
        ]
        if any(_is_same(line, one, picked) for one in beside):
            line.values["outcome"] = SAME
        elif beside:
            line.errors["start"] = str(HalfDaysOverlap("start", naming.in_sentence(db, beside[0])).message)
        twice = next(
            (
                one
                for one in earlier[day]
                if start < one.values["end"] and one.values["start"] < end and concerns_both(group, one.values["group"])
            ),
            None,
        )
        if twice is not None:
            line.errors["start"] = _("This half-day is at the time of that of line %(number)s.", number=twice.number)
        earlier[day].append(line)


def _refuse_outside(line: Checked, cohort: Cohort) -> None:
    """A new half-day is on one of the cohort's days; one that is planned already stays."""
    if line.values["outcome"] != NEW or line.values["day"] is None:
        return
    try:
        services.meetings.refuse_outside(cohort, line.values["day"], "day")
    except OutsideCohort as error:
        line.errors["day"] = str(error.message)


def _is_same(line: Checked, one: HalfDay, picked: Mapping[int, Sequence[Person]]) -> bool:
    meeting, values = one.meeting, line.values
    led_by = frozenset(person.id for person in picked.get(meeting.id, ()))
    about = (
        meeting.module, meeting.title.ar, meeting.title.fr, meeting.mode, meeting.place, meeting.link,
        meeting.group_id, led_by,
    )  # fmt: skip
    return (one.starts, one.ends, *about) == (values["start"], values["end"], *(values[key] for key in _ABOUT))


def _agree(lines: Sequence[Checked]) -> None:
    """Rows of one meeting say the same of it, and are all of them new."""
    for group in _groups(lines):
        first = group[0]
        for line in group[1:]:
            for key in _ABOUT:
                if line.values[key] != first.values[key] and key not in line.errors and key not in first.errors:
                    line.errors[key] = _(
                        "Line %(number)s says otherwise of the same meeting. Another meeting has another reference.",
                        number=first.number,
                    )
        if any(line.values["outcome"] == SAME and not line.errors for line in group):
            for line in group:
                if line.values["outcome"] == NEW and not line.errors:
                    line.errors["session"] = _(
                        "This meeting is planned already: a further half-day has a reference of its own."
                    )


def _groups(lines: Sequence[Checked]) -> list[list[Checked]]:
    """Rows with the same reference; each without one stands alone."""
    groups: dict[Any, list[Checked]] = defaultdict(list)
    for line in lines:
        groups[fold(line.text("session")) or line.number].append(line)
    return list(groups.values())


def lock(db: Session, one: AttendanceImport) -> None:
    """Others who plan for the cohort wait until this file is done."""
    queries.meetings.queue(db, one.cohort_id)


def write(
    db: Session, one: AttendanceImport, lines: Sequence[Checked], *, actor_id: int, now: dt.datetime
) -> None:  # fmt: skip
    """Plan a meeting for each reference; what was planned is kept with the import, so that its undo sees changes."""
    planned: dict[str, Any] = {}
    for group in _groups([line for line in lines if line.outcome == NEW]):
        values = group[0].values
        about = About(
            values["module"], Bilingual(values["title_ar"], values["title_fr"]), values["mode"].value, values["place"],
            values["link"], values["group"], values["trainers"],
        )  # fmt: skip
        slots = [Slot(line.values["day"], line.values["start"], line.values["end"]) for line in group]
        meeting = services.meetings.plan_slots(
            db, one.cohort, about, slots, fields=["start"] * len(slots), actor_id=actor_id, now=now, import_id=one.id
        )
        planned[str(meeting.id)] = {"lines": [line.number for line in group], "as": as_json(db, meeting)}
    one.before = planned
