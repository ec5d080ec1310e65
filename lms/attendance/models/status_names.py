"""The programme's own names of statuses."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column

from lms.core.bilingual import Bilingual
from lms.core.db import Base


class StatusName(Base):
    """One name of the programme's and which status it means: « Mission » is an excused absence.

    It is never changed nor deleted: marks that carry it say the same for good.
    """

    __tablename__ = "attendance_status_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: One of ``statuses.Status``: it decides what counts.
    status: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    #: From then on nobody is marked with it any more.
    retired_at: Mapped[dt.datetime | None]
