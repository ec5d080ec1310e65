"""What the sheets of a cohort look like where its donor asks for something of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from lms.core.bilingual import Bilingual
from lms.core.db import Base
from lms.core.profile import StoredImage


class CohortSheet(Base):
    """The layout of a cohort's sheets. No row: as the product has it."""

    __tablename__ = "cohort_sheet"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    #: Empty: the product's.
    title: Mapped[Bilingual] = composite(mapped_column("title_ar"), mapped_column("title_fr"))
    footer: Mapped[Bilingual] = composite(mapped_column("footer_ar"), mapped_column("footer_fr"))
    #: What is printed of each person: values of ``layouts.Column``.
    columns: Mapped[list[Any]]
    #: Headings of columns filled in by hand: ``[{"ar": "…", "fr": "…"}]``.
    blanks: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CohortSheetLogo(Base):
    """A logo at the head of a cohort's sheets, in the order added."""

    __tablename__ = "cohort_sheet_logo"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_image.id"))
    #: What it shows, for those who hear the sheet.
    name: Mapped[str] = mapped_column(sa.String(80))

    image: Mapped[StoredImage] = relationship()
