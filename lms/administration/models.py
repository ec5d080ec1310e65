"""Messages that the administration writes to many people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column

from lms.core.bilingual import Bilingual
from lms.core.db import Base


class MessageToMany(Base):
    """One message, confirmed once; a job writes a mail to each of its people, in the language of each."""

    __tablename__ = "message_to_many"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Drawn for the preview: a form sent twice finds the message that is there.
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    #: Who was meant, as ``Target`` writes it.
    target: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[Bilingual] = composite(mapped_column("subject_ar"), mapped_column("subject_fr"))
    text: Mapped[Bilingual] = composite(
        mapped_column("text_ar", sa.Text, nullable=False), mapped_column("text_fr", sa.Text, nullable=False)
    )
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    #: People it was confirmed for; those of the target who have no address, or do not want it.
    people: Mapped[int]
    without_address: Mapped[int]
    objected: Mapped[int]
    #: Ids of people whose mail is not written yet; empty once all are.
    waiting: Mapped[list[Any]]
    #: Mails written; less than ``people`` where somebody left meanwhile.
    written: Mapped[int] = mapped_column(default=0)
