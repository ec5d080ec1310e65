"""Forms of reports: what is wrong, why the mark stands, the short report of a meeting."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.attendance.models import ShortReport
from lms.attendance.models.short_reports import PARTS
from lms.core.forms import VersionField
from lms.core.text import clean_text

LONGEST_REPORT, LONGEST_ANSWER, LONGEST_PART = 1000, 500, 4000


def _text(label: Any, longest: int, needed: Any = None) -> TextAreaField:
    validators: list[Any] = [Length(max=longest, message=_l("At most %(num)s letters can be used.", num=longest))]
    if needed is not None:
        validators.insert(0, DataRequired(needed))
    return TextAreaField(label, validators, filters=[clean_text])


class ReportForm(FlaskForm):
    """What somebody says is wrong."""

    text = _text(_l("What is wrong"), LONGEST_REPORT, _l("A few words are needed: what was marked, and what was true."))


class AnswerForm(FlaskForm):
    """Why the mark stands."""

    answer = _text(_l("Why it stands"), LONGEST_ANSWER, _l("A sentence is needed: the person reads it."))


class ShortReportForm(FlaskForm):
    """What the team says of a meeting; every part may stay empty, not all of them."""

    done = _text(_l("What was done"), LONGEST_PART, _l("What was done is needed: it is the heart of the report."))
    difficulties = _text(_l("Difficulties"), LONGEST_PART)
    participation = _text(_l("Equal participation"), LONGEST_PART)
    access = _text(_l("Conditions of access"), LONGEST_PART)
    follow_up = _text(_l("Follow-up of the meeting"), LONGEST_PART)
    version = VersionField()

    def show(self, report: ShortReport | None) -> None:
        """Fill in what is stored; version 0 says that nothing is."""
        self.version.data = report.version if report is not None else 0
        for part in PARTS if report is not None else ():
            self[part].data = getattr(report, part)

    def words(self) -> dict[str, str]:
        """Part -> what was typed."""
        return {part: self[part].data or "" for part in PARTS}
