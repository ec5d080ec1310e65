"""Forms of this room: planning a meeting, moving a half-day, correcting a mark."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from lms.accounts.models import Person
from lms.attendance.choices import Choices
from lms.attendance.models import Group, HalfDay, Mark, Meeting
from lms.attendance.services.meetings import AFTERNOON, MORNING, About, Times
from lms.attendance.services.walk_ins import Newcomer
from lms.attendance.statuses import CAME, MOST_MINUTES, Mode, Reason, Status
from lms.attendance.tokens import DIGITS
from lms.core.bilingual import Bilingual
from lms.core.days import DayField, TimeField
from lms.core.forms import VersionField, line, not_in_list
from lms.core.i18n import bdi, current_language
from lms.core.text import is_web_address, isolate, plain_digits
from lms.curriculum.catalogue import Module
from lms.programme.forms import MultiCheckboxField

#: From the first day of a meeting to its last.
LONGEST = dt.timedelta(days=30)
_NEEDED = _l("A day is needed as day/month/year, for example 23/11/2026.")


class AboutForm(FlaskForm):
    """What a meeting is, but for its half-days."""

    module = SelectField(_l("Module"), validate_choice=False)
    title_ar = line(_l("Title in Arabic"), 200)
    title_fr = line(_l("Title in French"), 200)
    mode = RadioField(
        _l("How it is held"), choices=[SelectChoice(one.value, one.label) for one in Mode], default=Mode.ROOM.value
    )
    place = line(_l("Venue"), 200)
    link = line(_l("Link of the online room"), 500)
    group = SelectField(_l("Group"), validate_choice=False)
    trainers = MultiCheckboxField(_l("Who leads the meeting"))
    version = VersionField()

    def offer(self, modules: Sequence[Module], groups: Sequence[Group], trainers: Sequence[Person]) -> None:
        """The modules, groups and trainers of the cohort; without groups a meeting is for all, and nothing is asked."""
        lang = current_language()
        self.trainers.choices = [SelectChoice(str(one.id), bdi(one.name[lang])) for one in trainers]
        self.group.choices = [
            SelectChoice("", _("All participants")),
            *(SelectChoice(str(one.id), isolate(one.name[lang])) for one in groups),
        ]
        self.module.choices = [SelectChoice(one.slug, isolate(one.short[lang])) for one in modules]

    def validate_module(self, field: SelectField) -> None:
        not_in_list(field, [str(value) for value, *_rest in field.iter_choices()])

    def validate_group(self, field: SelectField) -> None:
        field.data = field.data or ""
        not_in_list(field, [str(value) for value, *_rest in field.iter_choices()])

    def validate_place(self, field: Any) -> None:
        if self.mode.data in (Mode.ROOM, Mode.HYBRID) and not field.data:
            raise ValidationError(_("The place is needed: people come to it."))

    def validate_link(self, field: Any) -> None:
        if self.mode.data in (Mode.ONLINE, Mode.HYBRID) and not field.data:
            raise ValidationError(_("The link is needed: people take part by it."))
        if field.data and not is_web_address(field.data):
            raise ValidationError(_("The whole address of the online room is needed, as the browser shows it."))

    def about(self) -> About:
        """What the form says, once it is right."""
        return About(
            self.module.data,
            Bilingual(self.title_ar.data or "", self.title_fr.data or ""),
            self.mode.data,
            self.place.data or "",
            self.link.data or "",
            int(self.group.data) if self.group.data else None,
            frozenset(int(one) for one in self.trainers.data or []),
        )

    def show(self, meeting: Meeting, trainer_ids: Sequence[int]) -> None:
        """Fill in what is stored; ``trainer_ids``: those picked for it."""
        self.trainers.data = [str(one) for one in trainer_ids]
        self.module.data, self.mode.data, self.version.data = meeting.module, meeting.mode, meeting.version
        self.title_ar.data, self.title_fr.data = meeting.title.ar, meeting.title.fr
        self.place.data, self.link.data = meeting.place, meeting.link
        self.group.data = str(meeting.group_id or "")


class MeetingForm(AboutForm):
    """A new meeting: its days, and the half-days of each."""

    first = DayField(_l("First day"), [InputRequired(_NEEDED)])
    last = DayField(_l("Last day"))
    has_morning = BooleanField(_l("First half-day of each day"), default=True)
    morning_starts = TimeField(_l("Beginning of the first half-day"), default=MORNING.starts)
    morning_ends = TimeField(_l("End of the first half-day"), default=MORNING.ends)
    has_afternoon = BooleanField(_l("Second half-day of each day"), default=True)
    afternoon_starts = TimeField(_l("Beginning of the second half-day"), default=AFTERNOON.starts)
    afternoon_ends = TimeField(_l("End of the second half-day"), default=AFTERNOON.ends)

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data and not self.first.data <= field.data <= self.first.data + LONGEST:
            raise ValidationError(
                _("The last day is not before the first, nor later than %(num)s days after it.", num=LONGEST.days)
            )

    def validate_has_morning(self, field: Any) -> None:
        if not field.data and not self.has_afternoon.data:
            raise ValidationError(_("One half-day at least is needed."))

    def validate_morning_starts(self, field: Any) -> None:
        _needed(field, self.has_morning.data)

    def validate_morning_ends(self, field: Any) -> None:
        _after(field, self.morning_starts, self.has_morning.data)

    def validate_afternoon_starts(self, field: Any) -> None:
        _needed(field, self.has_afternoon.data)

    def validate_afternoon_ends(self, field: Any) -> None:
        _after(field, self.afternoon_starts, self.has_afternoon.data)

    @property
    def morning(self) -> Times | None:
        return Times(self.morning_starts.data, self.morning_ends.data) if self.has_morning.data else None

    @property
    def afternoon(self) -> Times | None:
        return Times(self.afternoon_starts.data, self.afternoon_ends.data) if self.has_afternoon.data else None


def _needed(field: Any, is_held: bool) -> None:
    """Raise ValidationError unless the beginning is there, or was refused already."""
    if is_held and field.data is None and not field.errors:
        raise ValidationError(_("The time of the beginning is needed, for example 09:00."))


def _after(field: Any, beginning: Any, is_held: bool) -> None:
    """Raise ValidationError unless the end is there, after the beginning."""
    if not is_held:
        return
    if field.data is None and not field.errors:
        raise ValidationError(_("The time of the end is needed, for example 12:30."))
    if beginning.data is not None and field.data is not None and field.data <= beginning.data:
        raise ValidationError(_("The end lies after the beginning."))


class HalfDayForm(FlaskForm):
    """When a half-day is held."""

    day = DayField(_l("Day"), [InputRequired(_NEEDED)])
    starts = TimeField(_l("Beginning"))
    ends = TimeField(_l("Ending"))

    def show(self, half_day: HalfDay) -> None:
        self.day.data, self.starts.data, self.ends.data = half_day.day, half_day.starts, half_day.ends

    def validate_starts(self, field: Any) -> None:
        _needed(field, True)

    def validate_ends(self, field: Any) -> None:
        _after(field, self.starts, True)


class WhyForm(FlaskForm):
    """Why a half-day that was closed is changed."""

    # Nothing stands there at first: a reason that nobody chose would be stored as theirs.
    reason = SelectField(
        _l("Reason"),
        choices=[SelectChoice("", "—"), *(SelectChoice(one.value, one.label) for one in Reason)],
        validate_choice=False,
    )
    reason_text = line(_l("In words"), 300)

    def validate_reason(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("The reason is needed."))
        not_in_list(field, [one.value for one in Reason])

    def validate_reason_text(self, field: Any) -> None:
        if self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError(_("A few words on the reason are needed."))


def _minutes_field() -> IntegerField:
    return IntegerField(
        _l("Minutes attended"), [Optional(), NumberRange(0, MOST_MINUTES, _l("Minutes lie between 0 and 720."))]
    )


class CorrectionForm(WhyForm):
    """What was true of one person at a closed half-day, and why it is changed."""

    status = RadioField(_l("Attendance"))
    minutes = _minutes_field()

    def offer(self, mark: Mark | None, known: Choices) -> None:
        """What somebody marked so can be corrected to."""
        self.status.choices = [SelectChoice(one.value, one.label) for one in known.offered(besides=mark)]

    def show(self, mark: Mark | None, known: Choices) -> None:
        self.offer(mark, known)
        if mark is not None:
            self.status.data, self.minutes.data = known.of(mark).value, mark.minutes


class WalkInForm(FlaskForm):
    """Somebody who came without standing on the list."""

    name = line(_l("Name, as the person says it"), 200, _l("The name is needed."))
    organisation = line(_l("Organisation"), 200)
    contact = line(_l("Telephone or e-mail"), 254)
    status = RadioField(
        _l("Attendance"),
        choices=[SelectChoice(one.value, one.label) for one in CAME],
        default=Status.PRESENT.value,
    )
    minutes = _minutes_field()

    def said(self) -> Newcomer:
        """What the form says, once it is right."""
        return Newcomer(
            self.name.data or "", self.organisation.data or "", self.contact.data or "", Status(self.status.data),
            self.minutes.data,
        )  # fmt: skip


class GroupForm(FlaskForm):
    """A new group of a cohort."""

    name_ar = line(_l("Name in Arabic"), 120, _l("The name is needed in both languages."))
    name_fr = line(_l("Name in French"), 120, _l("The name is needed in both languages."))

    def name(self) -> Bilingual:
        return Bilingual(self.name_ar.data or "", self.name_fr.data or "")


class DigitsForm(FlaskForm):
    """The six digits on the screen, in whatever digits and groups they are typed."""

    code = StringField(_l("Six digits"), [InputRequired(_l("The six digits on the screen are needed."))])

    @property
    def digits(self) -> str:
        return re.sub(r"[^0-9]", "", plain_digits(self.code.data or ""))

    def validate_code(self, field: Any) -> None:
        if len(self.digits) != DIGITS or len(field.data) > 40:
            raise ValidationError(_("The code has six digits, for example 418 206."))
