"""How long this room and the core keep things: the rules that need no other room."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _l

from lms.accounts.models import (
    AccessEntry,
    BatchState,
    ImportBatch,
    ImportRow,
    LinkPurpose,
    OneTimeLink,
    PrivacyRequest,
    SignIn,
)
from lms.core import clock, retention
from lms.core import db as database
from lms.core.jobs import Job, JobState
from lms.core.mail import Mail, ReminderSent
from lms.core.retention import Rule, deleting
from lms.core.throttle import Throttle

A_YEAR = 365


def _unused_invitation(before: dt.datetime) -> Any:
    is_invitation = OneTimeLink.purpose == LinkPurpose.INVITATION
    return sa.and_(is_invitation, OneTimeLink.used_at.is_(None), OneTimeLink.created_at < before)


def _spent_link(before: dt.datetime) -> Any:
    is_spent = sa.or_(OneTimeLink.used_at.is_not(None), OneTimeLink.purpose != LinkPurpose.INVITATION)
    return sa.and_(is_spent, OneTimeLink.created_at < before)


def _ended_sign_in(before: dt.datetime) -> Any:
    return sa.or_(SignIn.closed_at < before, SignIn.expires_at < before)


def _draft(before: dt.datetime) -> Any:
    return sa.and_(ImportBatch.state == BatchState.CHECKED, ImportBatch.created_at < before)


def _rows_of_done_import(before: dt.datetime) -> Any:
    done = sa.select(ImportBatch.id).where(ImportBatch.state != BatchState.CHECKED, ImportBatch.created_at < before)
    return ImportRow.batch_id.in_(done)


def _ended_mail(before: dt.datetime) -> Any:
    return sa.or_(Mail.sent_at < before, Mail.stopped_at < before)


def _ended_job(before: dt.datetime) -> Any:
    return sa.and_(Job.state.in_((JobState.DONE, JobState.FAILED)), Job.changed_at < before)


RULES: list[Rule] = [
    deleting(
        "accounts.invitations", _l("Invitations without an answer"), 90, OneTimeLink, _unused_invitation,
        effect=_l("The links are deleted. The account stays and can be invited again."),
    ),
    deleting(
        "accounts.import-drafts", _l("Imported files never confirmed"), 30, ImportBatch, _draft,
        effect=_l("The lines read from the file are deleted. Nothing of them had been stored."),
    ),
    deleting(
        "accounts.import-rows", _l("Lines of confirmed imports"), A_YEAR, ImportRow, _rows_of_done_import,
        effect=_l("The lines read from the file are deleted; the people and organisations stay."),
    ),
    deleting(
        "accounts.sign-ins", _l("Closed sign-ins"), A_YEAR, SignIn, _ended_sign_in,
        effect=_l("Devices and hours of sign-ins that are over are deleted."),
    ),
    deleting(
        "accounts.links", _l("Used links"), A_YEAR, OneTimeLink, _spent_link,
        effect=_l("Traces of used invitations and of new passwords are deleted."),
    ),
    deleting(
        "accounts.access-log", _l("Access log"), A_YEAR, AccessEntry, lambda before: AccessEntry.happened_at < before,
        effect=_l("Who viewed whose data is deleted."),
    ),
    deleting(
        "accounts.requests", _l("Answered requests about personal data"), 3 * A_YEAR, PrivacyRequest,
        lambda before: PrivacyRequest.answered_at < before,
        effect=_l("The request and its answer are deleted."),
    ),
    deleting(
        "core.mails", _l("Messages sent"), A_YEAR, Mail, _ended_mail,
        effect=_l("The trace of the message is deleted; its text was wiped on delivery."),
    ),
    deleting(
        "core.reminders", _l("Reminders sent"), A_YEAR, ReminderSent, lambda before: ReminderSent.sent_at < before,
        effect=_l("That a reminder went out is forgotten; its occasion is long over."),
    ),
    deleting(
        "core.jobs", _l("Finished background work"), 30, Job, _ended_job,
        effect=_l("Technical lines, without any name, are deleted."),
    ),
    deleting(
        "core.throttle", _l("Counters of failed tries"), 30, Throttle, lambda before: Throttle.last_at < before,
        effect=_l("Technical lines, without any name, are deleted."),
    ),
]  # fmt: skip


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="count only, change nothing")
@with_appcontext
def let_go(dry_run: bool) -> None:
    """Let go what is older than the rules say, and print how many rows each rule found."""
    report = retention.run(database.session(), retention.rules(), actor_id=None, is_dry=dry_run, now=clock.now())
    lines = list(report.lines)
    database.commit()
    for line in lines:
        click.echo(f"{line['rule']}: {line['rows']} (before {line['before']})")
