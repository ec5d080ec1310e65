"""Open browsers, one-time links, second factors."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models.people import Person
from lms.core.db import Base


class LinkPurpose(enum.StrEnum):
    """What a one-time link opens."""

    INVITATION = "invitation"
    RESET = "reset"


class SignIn(Base):
    """One open browser of a person. The cookie holds a random token; closing the row ends it at once."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the cookie's token.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    #: Written at most every few minutes.
    last_seen_at: Mapped[dt.datetime]
    #: Nothing is accepted from this moment on, whatever the activity.
    expires_at: Mapped[dt.datetime]
    #: Longest pause in minutes; NULL: none but ``expires_at``.
    idle_minutes: Mapped[int | None]
    closed_at: Mapped[dt.datetime | None]
    #: When a second factor was given in this browser; NULL: the password only.
    second_factor_at: Mapped[dt.datetime | None]
    #: When the person last proved who they are here (password, second factor): acts that weigh ask for it again.
    confirmed_at: Mapped[dt.datetime | None]
    #: Browser and system in a few words, for the person's own list.
    device: Mapped[str] = mapped_column(sa.String(80))


class OneTimeLink(Base):
    """A link that works once: an invitation (the account waits for it) or a new password."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: How it reached the person: mail, link (copied) or sheet (printed QR).
    channel: Mapped[str] = mapped_column(sa.String(5), default="mail")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class SecondFactor(Base):
    """The key of a person's authenticator app (TOTP, RFC 6238). In force once ``confirmed_at`` is set."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    #: Base 32.
    secret: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    #: 30-second step of the last code taken: a code works once.
    last_step: Mapped[int | None]


class RecoveryCode(Base):
    """One code on paper that stands for the authenticator app once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: SHA-256 of the code.
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[dt.datetime | None]
