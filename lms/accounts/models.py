"""People, organisations, regions, roles, sign-ins, invitations, privacy."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base


class Level(enum.StrEnum):
    """Where a person works in the organisation."""

    CENTRAL = "central"
    REGIONAL = "regional"

    @property
    def label(self) -> Any:
        return _l("Central level") if self is Level.CENTRAL else _l("Regional level")


class Sex(enum.StrEnum):
    """The variable « sexe », optional, never imputed. Unknown is NULL and counts as its own category."""

    WOMAN = "f"
    MAN = "m"

    @property
    def label(self) -> Any:
        return _l("Woman") if self is Sex.WOMAN else _l("Man")


class LinkPurpose(enum.StrEnum):
    """What a one-time link opens."""

    INVITATION = "invitation"
    RESET = "reset"


class Organisation(Base):
    """A body whose members take part. Names are data; ``position`` is the official order."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    short_name: Mapped[Bilingual] = composite(mapped_column("short_name_ar"), mapped_column("short_name_fr"))
    position: Mapped[int]
    archived_at: Mapped[dt.datetime | None]


class Region(Base):
    """One of the twelve regions (decree 2-15-40 of 2015)."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    position: Mapped[int]


class Person(Base):
    """Somebody with an account, in both scripts where known; at least one name is given."""

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("name_ar <> '' OR name_fr <> ''", name="one_name"),
        sa.CheckConstraint("level <> 'regional' OR region_id IS NOT NULL", name="regional_has_region"),
        sa.CheckConstraint("sex IS NULL OR sex IN ('f', 'm')", name="sex_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Lower case; NULL for people without an address, who sign in with ``code``.
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    #: Own printed sign-in name.
    code: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    #: Keys of ``core.text``: the same order and matches on every database.
    sort_ar: Mapped[str] = mapped_column(index=True)
    sort_fr: Mapped[str] = mapped_column(index=True)
    search: Mapped[str] = mapped_column(sa.Text)
    #: Post held, as the person writes it.
    function: Mapped[Bilingual] = composite(mapped_column("function_ar"), mapped_column("function_fr"))
    sex: Mapped[str | None] = mapped_column(sa.String(1))
    birth_year: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    level: Mapped[str] = mapped_column(sa.String(10), default=Level.CENTRAL)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    lang: Mapped[str] = mapped_column(sa.String(2), default="fr")
    #: argon2id; NULL until the person chooses a password.
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    #: When the holder last confirmed both spellings for certificates, UTC.
    name_confirmed_at: Mapped[dt.datetime | None]
    #: Test accounts and previews are left out of every figure.
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    suspended_at: Mapped[dt.datetime | None]
    anonymised_at: Mapped[dt.datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    region: Mapped[Region | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="person", cascade="all, delete-orphan")


class RoleGrant(Base):
    """A role that a person holds; the focal point's names the organisation it covers."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "role", "organisation_id"),
        sa.CheckConstraint("role <> 'focal_point' OR organisation_id IS NOT NULL", name="focal_point_has_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    granted_at: Mapped[dt.datetime]

    person: Mapped[Person] = relationship(back_populates="grants")


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
    #: Browser and system in a few words, for the person's own list.
    device: Mapped[str] = mapped_column(sa.String(80))


class OneTimeLink(Base):
    """A link that works once: an invitation (the account waits for it) or a new password."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship()


class NoticeAcceptance(Base):
    """That a person read a version of the privacy notice."""

    __tablename__ = "notice_acceptance"
    __table_args__ = (sa.UniqueConstraint("person_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: Date of the notice, ``yyyy-mm-dd``.
    version: Mapped[str] = mapped_column(sa.String(10))
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
