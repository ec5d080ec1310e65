"""The lesson that a quiz practises, the file's quiz that a question belongs to, cases that come from files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("quiz", sa.Column("lesson", sa.String(length=120), nullable=False, server_default=""))
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("bank_of_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_question_bank_of_id_quiz"), "quiz", ["bank_of_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f("ix_question_bank_of_id"), ["bank_of_id"])
    with op.batch_alter_table("question_case") as table:
        table.add_column(sa.Column("content_key", sa.String(length=160), nullable=True))
        table.create_unique_constraint(op.f("uq_question_case_content_key"), ["content_key"])


def downgrade() -> None:
    with op.batch_alter_table("question_case") as table:
        table.drop_constraint(op.f("uq_question_case_content_key"), type_="unique")
        table.drop_column("content_key")
    with op.batch_alter_table("question") as table:
        table.drop_index(op.f("ix_question_bank_of_id"))
        table.drop_constraint(op.f("fk_question_bank_of_id_quiz"), type_="foreignkey")
        table.drop_column("bank_of_id")
    op.drop_column("quiz", "lesson")
