"""People, their organisations, regions, roles and moves."""

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


class Organisation(Base):
    """A body whose members take part. Names are data; ``position`` is the official order."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    short_name: Mapped[Bilingual] = composite(mapped_column("short_name_ar"), mapped_column("short_name_fr"))
    position: Mapped[int]
    archived_at: Mapped[dt.datetime | None]
    #: Counts edits: of two people who change one row at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OrganisationAlias(Base):
    """Another spelling of an organisation's name, learned when somebody said what it stands for."""

    __tablename__ = "organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    #: The spelling as ``core.text.tight`` gives it.
    folded: Mapped[str] = mapped_column(sa.String(200), unique=True)
    #: As it was typed.
    spelling: Mapped[str] = mapped_column(sa.String(200))


class Region(Base):
    """One of the twelve regions (decree 2-15-40 of 2015)."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


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
    #: International form, ``+212612345678``; never a key: two people may share one.
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
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
    #: Appearance chosen on the account's page, for every device; NULL: never chosen.
    theme: Mapped[str | None] = mapped_column(sa.String(6))
    text_size: Mapped[str | None] = mapped_column(sa.String(1))
    #: argon2id; NULL until the person chooses a password.
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    #: When the holder last confirmed both spellings for certificates, UTC.
    name_confirmed_at: Mapped[dt.datetime | None]
    #: Test accounts and previews are left out of every figure.
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    suspended_at: Mapped[dt.datetime | None]
    #: Put away by an administrator; can be brought back for 30 days.
    archived_at: Mapped[dt.datetime | None]
    #: The account that took this one's history over (see ``PersonMerge``).
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    anonymised_at: Mapped[dt.datetime | None]

    #: Counts edits: of two people who change one row at the same time, the second is told.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

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


class Transfer(Base):
    """A move of a person to another organisation, level or region. Append-only; enrolments keep what they copied."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: The day from which the new place holds.
    happened_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    from_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    from_level: Mapped[str] = mapped_column(sa.String(10))
    from_region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    to_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    to_level: Mapped[str] = mapped_column(sa.String(10))
    to_region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))


class PersonMerge(Base):
    """Two accounts of one person made one. Holds what moved, so that it can be undone for 30 days."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    merged_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    merged_at: Mapped[dt.datetime]
    merged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    #: room -> what it moved, as its ``accounts.people_merged`` listener wrote it: ids, and what it wrote over.
    moved: Mapped[dict[str, Any]]
    undone_at: Mapped[dt.datetime | None]


class NotTheSame(Base):
    """Two people who look alike and are known to be two. The lower id comes first."""

    __tablename__ = "not_the_same"

    first_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
