"""The privacy desk in the house: what waits, tiles, lines of the processing register, the nightly run."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries.duplicates import count_pairs
from lms.accounts.queries.privacy import request_counts
from lms.core import clock, retention
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import MailKind, Processing, Task, Tile

NIGHTLY = "accounts.retention"
A_DAY = 24 * 60

TILES = [
    Tile(
        _l("Requests about personal data"), _l("Access, correction, objection, deletion, with their dates"),
        "privacy_desk.list_requests", "shield", AccountPermission.PRIVACY_DESK, position=50, group="programme",
    ),
    Tile(
        _l("Notice on personal data"), _l("What people read before they start, and its versions"),
        "privacy_desk.list_notices", "book", AccountPermission.PRIVACY_DESK, position=51, group="programme",
    ),
    Tile(
        _l("How long data are kept"), _l("Rules, dry run, reports"),
        "privacy_desk.show_retention", "clock", AccountPermission.PRIVACY_DESK, position=52, group="programme",
    ),
    Tile(
        _l("Processing register"), _l("Purposes, data, recipients (law 09-08); to print"),
        "privacy_desk.show_register", "list-checks", AccountPermission.PRIVACY_DESK, position=53, group="programme",
    ),
]  # fmt: skip

ANSWERED = MailKind(
    "accounts.request-answered",
    _l("Answer to a request about personal data"),
    _l("Answer to a request about personal data"),
    _l("Hello {name},\n\nThe request “{kind}” has its answer:\n\n{answer}\n\nIt can be read again here:\n{link}\n"),
    places={
        "name": _l("Nadia El Fassi"),
        "kind": _l("Correction"),
        "answer": _l("The name is corrected."),
        "link": "https://example.org/",
    },
    essential=("answer", "link"),
)

PROCESSING = [
    Processing(
        purpose=_l("Accounts and sign-in"),
        data=_l(
            "Name, e-mail address or personal code, telephone, organisation, function, level, region; "
            "sex and year of birth if given"
        ),
        people=_l("Participants, trainers and team"),
        recipients=_l("Administration, monitoring team; focal points for their organisation"),
        kept=_l("As long as the account; then without a name"),
    ),
    Processing(
        purpose=_l("Invitations"),
        data=_l("Address, date, whether the link was used"),
        people=_l("Participants, trainers and team"),
        recipients=_l("Administration"),
        kept="accounts.invitations",
    ),
    Processing(
        purpose=_l("Import of lists"),
        data=_l("Lines of the files as they were sent"),
        people=_l("Participants, trainers and team"),
        recipients=_l("Administration"),
        kept="accounts.import-drafts",
    ),
    Processing(
        purpose=_l("Messages"),
        data=_l("Address and text until delivery; then the subject and the date"),
        people=_l("Participants, trainers and team"),
        recipients=_l("The person; the mail server of the programme"),
        kept="core.mails",
    ),
    Processing(
        purpose=_l("Security of accounts"),
        data=_l("Devices, hours of sign-ins, second factor"),
        people=_l("Participants, trainers and team"),
        recipients=_l("The person, administration"),
        kept="accounts.sign-ins",
    ),
    Processing(
        purpose=_l("Access log"),
        data=_l("Who viewed or exported whose data, when"),
        people=_l("Participants, trainers and team"),
        recipients=_l("The person whose data were viewed, administration"),
        kept="accounts.access-log",
    ),
    Processing(
        purpose=_l("Requests about personal data"),
        data=_l("Request, answer, dates"),
        people=_l("Whoever uses a right"),
        recipients=_l("The person, administration"),
        kept="accounts.requests",
    ),
]


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """What waits for the administration: requests about data, accounts that may be one person's."""
    if Role.ADMINISTRATOR not in actor.roles:
        return []
    return [*_requests(db, now=now), *_duplicates(count_pairs(db))]


def _duplicates(count: int) -> list[Task]:
    if not count:
        return []
    title = ngettext("%(num)s possible duplicate", "%(num)s possible duplicates", count)
    detail = _("Accounts with one name in one organisation, or one telephone number")
    return [Task(title, detail, url_for("duplicates.list_pairs"), "copy", "info", 18, count)]


def _requests(db: Session, *, now: dt.datetime) -> list[Task]:
    """Requests that wait for an answer; late ones press."""
    counts = request_counts(db, today=local_date(now))
    if not counts.waiting:
        return []
    title = ngettext(
        "%(num)s request about personal data waits", "%(num)s requests about personal data wait", counts.waiting
    )
    late = ngettext("%(num)s is late", "%(num)s are late", counts.late)
    detail = late if counts.late else _("The answer is due within ten days.")
    tone = "warn" if counts.late else "info"
    return [Task(title, detail, url_for("privacy_desk.list_requests"), "shield", tone, 10, counts.waiting)]


def let_go(db: Session) -> None:
    """Job of every night: a dry run first, then the run; both leave their report."""
    now, rules = clock.now(), retention.rules()
    retention.run(db, rules, actor_id=None, is_dry=True, now=now)
    retention.run(db, rules, actor_id=None, is_dry=False, now=now)
