"""Sheets: what a learner writes in an activity, shown again in later lessons, listed, printed and exported."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.downloads import attachment
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import VersionField
from lms.core.i18n import current_language, localized, long_date
from lms.core.text import clean_text
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum, Sheet
from lms.documents.workbooks import About, write_xlsx
from lms.documents.workbooks import Sheet as Table
from lms.learning import queries, services
from lms.learning.models import Worksheet
from lms.learning.permissions import LearningPermission

blueprint = localized(Blueprint("worksheets", __name__, template_folder="templates"))

LONGEST = 2000
_MARK = re.compile(r"<!--(?P<kind>sheet|recall):(?P<key>[a-z0-9-]+)-->")


def form_of(sheet: Sheet, row: Worksheet | None) -> Any:
    """The form of one sheet, with what was written. Its names carry the sheet's: a page may hold several."""
    lang = current_language()
    length = Length(max=LONGEST, message=_l("At most %(num)s letters can be used.", num=LONGEST))
    fields: dict[str, Any] = {
        f"text_{field.key}": TextAreaField(field.label[lang], [length], filters=[clean_text]) for field in sheet.fields
    }
    made = type("SheetForm", (FlaskForm,), {"version": VersionField(), **fields})
    stored = {f"text_{key}": text for key, text in row.texts.items()} if row else {}
    return made(prefix=f"{sheet.key}-", data={"version": row.version if row else None, **stored})


def texts_of(sheet: Sheet, form: Any) -> dict[str, str]:
    return {field.key: form[f"text_{field.key}"].data or "" for field in sheet.fields}


def fill(html: Markup, content: Curriculum, keys: Collection[str]) -> Markup:
    """The HTML of a lesson with the person's own sheets in the place of their marks."""
    if not keys:
        return html
    rows = queries.worksheets(database.session(), current_user.person_id, keys)

    def draw(found: re.Match[str]) -> str:
        sheet = content.sheets[found["key"]]
        row = rows.get(sheet.key)
        if found["kind"] == "recall":
            return render_template("learning/_recall.html", sheet=sheet, row=row)
        return render_template("learning/_sheet.html", sheet=sheet, form=form_of(sheet, row), row=row)

    # What people wrote is not looked through again: a mark typed by somebody stays words.
    return Markup(_MARK.sub(draw, html))  # noqa: S704 - rendered pages, and templates that escape


@blueprint.get("/worksheets/")
@requires(LearningPermission.LESSON_READ)
def list_sheets() -> ResponseReturnValue:
    """All sheets of the training with what the person wrote, to read again, print and export."""
    content = curriculum.current(database.session())
    rows = queries.worksheets(database.session(), current_user.person_id)
    return render_template("learning/list_worksheets.html", content=content, rows=rows)


@blueprint.post("/worksheets/<sheet>/")
@requires(LearningPermission.LESSON_RECORD)
def write_sheet(sheet: str) -> ResponseReturnValue:
    content = curriculum.current(database.session())
    found = content.sheets.get(sheet) or abort(404)
    form = form_of(found, None)
    if not form.validate_on_submit():
        return render_template("learning/edit_worksheet.html", sheet=found, form=form, conflict=[]), 422
    try:
        services.write_sheet(
            database.session(), current_user.person_id, found.key, texts_of(found, form),
            version=form.version.data, now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        return _show_both(found, form)
    flash(_("The sheet is saved."), "ok")
    return redirect(_back_to(content, found))


def _show_both(sheet: Sheet, form: Any) -> ResponseReturnValue:
    """Another window stored something else: both are shown, the form keeps what was typed."""
    database.rollback()
    row = queries.worksheets(database.session(), current_user.person_id, [sheet.key]).get(sheet.key)
    stored, typed = row.texts if row else {}, texts_of(sheet, form)
    lang = current_language()
    rows = differences([(field.label[lang], stored.get(field.key), typed[field.key]) for field in sheet.fields])
    form.version.data = row.version if row else None
    return render_template("learning/edit_worksheet.html", sheet=sheet, form=form, conflict=rows), 409


def _back_to(content: Curriculum, sheet: Sheet) -> str:
    """The place in the lesson that the sheet was written in."""
    lesson = content.lesson(sheet.lesson) or abort(404)
    whole = {"whole": 1} if request.form.get("whole") == "1" else {"step": sheet.step}
    return url_for(
        "learning.read_lesson", module=lesson.module, lesson=lesson.slug, _anchor=f"sheet-{sheet.key}", **whole
    )


@blueprint.get("/worksheets/export.xlsx")
@requires(LearningPermission.LESSON_READ)
def export_sheets() -> ResponseReturnValue:
    content = curriculum.current(database.session())
    rows = queries.worksheets(database.session(), current_user.person_id)
    now = clock.now()
    return attachment(_table(content, rows, now=now), f"worksheets-{now:%Y-%m-%d}.xlsx")


def _table(content: Curriculum, rows: Mapping[str, Worksheet], *, now: dt.datetime) -> bytes:
    """The person's own texts come first: they are what one opens the file for."""
    lang = current_language()
    lines = [
        [_lesson_title(content, sheet), sheet.title[lang], field.label[lang], rows[key].texts.get(field.key, ""),
         clock.local(rows[key].changed_at).date()]
        for key, sheet in content.sheets.items() if key in rows for field in sheet.fields
    ]  # fmt: skip
    heading = [_("Lesson"), _("Sheet"), _("Question"), _("What was written"), _("Changed on")]
    about = About(
        title=_("My worksheets"),
        made_by=current_user.name[lang],
        made_at=now,
        facts=[(_("Edition of the curriculum"), curriculum.digest()[:12])],
        definitions=[
            (_("Sheet"), _("The sheet of a lesson; it has a line for each of its questions.")),
            (_("What was written"), _("The text as it was saved last; empty where nothing was written.")),
            (_("Changed on"), _("The day on which something of the sheet was saved last.")),
        ],
        notes=[_("What was written in the activities of the lessons. Nobody else reads it.")],
    )
    return write_xlsx([Table(_("My worksheets"), heading, lines)], lang=lang, about=about, about_first=False)


def _lesson_title(content: Curriculum, sheet: Sheet) -> str:
    lesson = content.lesson(sheet.lesson)
    return lesson.title[current_language()] if lesson else ""


def changed_on(row: Worksheet) -> str:
    return long_date(clock.local_date(row.changed_at))
