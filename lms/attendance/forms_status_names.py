"""Form of the programme's own names of statuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from lms.attendance.statuses import Status
from lms.core.bilingual import Bilingual
from lms.core.forms import line

#: It stands on a button of the roll call, on a phone.
LONGEST_NAME = 40


class StatusNameForm(FlaskForm):
    """A name in both languages, and what it counts as."""

    name_ar = line(_l("Name in Arabic"), LONGEST_NAME, _l("The name is needed in both languages."))
    name_fr = line(_l("Name in French"), LONGEST_NAME, _l("The name is needed in both languages."))
    status = SelectField(
        _l("Counts as"), choices=[SelectChoice(one.value, one.label) for one in Status], default=Status.EXCUSED.value
    )

    def name(self) -> Bilingual:
        return Bilingual(self.name_ar.data or "", self.name_fr.data or "")
