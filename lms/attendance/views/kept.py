"""What a page tells the script that keeps taps on a device: whose they are, where they go, and the words it says."""

from __future__ import annotations

import hashlib
import hmac
import json

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.attendance.choices import Choices
from lms.attendance.models import HalfDay


def whose(person_id: int) -> str:
    """Name of somebody's taps on a device: another person who signs in there does not send them as their own."""
    secret = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), f"roll-call:{person_id}".encode(), hashlib.sha256).hexdigest()[:16]


def attributes(half_day: HalfDay, choices: Choices, *, may_take: bool) -> dict[str, str]:
    """Attributes of the element that sends what waits; without the address of taps for those who only look."""
    found = {
        "whose": whose(current_user.person_id),
        "half-day": str(half_day.id),
        "closings": str(half_day.closings),
        "state-url": url_for("attendance.show_state", half_day_id=half_day.id),
        "labels": json.dumps({value: one.short for value, one in choices.by_value.items()}),
        "saving": _("Saving…"),
        "saved": _("All marks are saved"),
        "unsent-one": _("1 mark not sent"),
        "unsent": str(_("%(number)s marks not sent", number="NUM")),
        "no-line": _("No connection"),
        "offline": _("No connection: marks stay on this device and are sent once it is back."),
        "expired": _("The sign-in has ended: marks stay on this device until it is renewed."),
        "full": _(
            "This device is full: marks are only kept while this page is open. Leave it open until they are sent."
        ),
        "close-later": _("No connection: nothing was closed. It can be closed once the connection is back."),
        "needs-status": _("A minute or a remark needs a status beside it."),
        "minutes": str(_("%(num)s min attended", num="NUM")),
        "not-undone": _("No connection: nothing was undone."),
        "refused": _("Not everything was taken"),
        "somebody": _("Somebody who is not on the list"),
    }
    if may_take:
        found["taps-url"] = url_for("attendance.take_taps", half_day_id=half_day.id)
    return {f"data-{name}": str(value) for name, value in found.items()}
