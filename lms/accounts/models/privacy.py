"""Notices, who read them, who saw what, and requests of people about their data."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.accounts.models.people import Person
from lms.core.bilingual import Bilingual
from lms.core.db import Base


class PrivacyNotice(Base):
    """A published version of the privacy notice: what the controller states in it. Never changed once published."""

    __tablename__ = "privacy_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Day of publication, ``yyyy-mm-dd``; a second one on a day gets ``-2``. Versions sort as text.
    version: Mapped[str] = mapped_column(sa.String(13), unique=True)
    controller: Mapped[Bilingual] = composite(mapped_column("controller_ar"), mapped_column("controller_fr"))
    recipients: Mapped[Bilingual] = composite(mapped_column("recipients_ar"), mapped_column("recipients_fr"))
    #: Address, telephone or postal address where rights are used.
    contact: Mapped[str] = mapped_column(sa.Text)
    #: Receipt of the declaration to the CNDP.
    cndp_number: Mapped[str] = mapped_column(sa.String(60))
    #: What changed, in a sentence, shown when people are asked to read it again.
    changes: Mapped[Bilingual] = composite(mapped_column("changes_ar"), mapped_column("changes_fr"))
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class NoticeAcceptance(Base):
    """That a person read a version of the privacy notice."""

    __tablename__ = "notice_acceptance"
    __table_args__ = (sa.UniqueConstraint("person_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: Of the notice, as ``PrivacyNotice.version``.
    version: Mapped[str] = mapped_column(sa.String(13))
    lang: Mapped[str] = mapped_column(sa.String(2))
    accepted_at: Mapped[dt.datetime]


class AccessEntry(Base):
    """Who saw or exported the nominal data of whom. The person may read it."""

    __tablename__ = "access_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    #: Whose data; NULL for a list, whose size is in ``people``.
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    people: Mapped[int] = mapped_column(default=1)
    #: Endpoint of the page or export.
    page: Mapped[str] = mapped_column(sa.String(80))
    happened_at: Mapped[dt.datetime]


class RequestKind(enum.StrEnum):
    """The rights of law 09-08, and deletion."""

    ACCESS = "access"
    CORRECTION = "correction"
    OBJECTION = "objection"
    DELETION = "deletion"

    @property
    def label(self) -> Any:
        return _REQUEST_LABELS[self]


_REQUEST_LABELS = {
    RequestKind.ACCESS: _l("Access"),
    RequestKind.CORRECTION: _l("Correction"),
    RequestKind.OBJECTION: _l("Objection"),
    RequestKind.DELETION: _l("Deletion"),
}


class PrivacyRequest(Base):
    """Somebody uses a right; the team answers within ten clear days (law 09-08, domain notes 7)."""

    __tablename__ = "privacy_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime]
    #: Last day to answer.
    due_on: Mapped[dt.date] = mapped_column(index=True)
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    #: "done" or "refused"; NULL while it waits.
    outcome: Mapped[str | None] = mapped_column(sa.String(8))
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
