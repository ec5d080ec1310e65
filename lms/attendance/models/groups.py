"""Groups of a cohort: a meeting may be for one of them only."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column

from lms.core.bilingual import Bilingual
from lms.core.db import Base


class Group(Base):
    """Part of a cohort whose meetings are its own. Somebody in no group comes to the meetings of all only."""

    __tablename__ = "attendance_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))


class GroupMember(Base):
    """Whose group: one at most."""

    __tablename__ = "attendance_group_member"

    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("attendance_group.id", ondelete="CASCADE"), index=True)
