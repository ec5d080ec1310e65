"""Quizzes that trainers build: sections, draws, windows, parallel forms, blueprints, cases, certainty"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _quiz() -> list[sa.Column[Any]]:
    return [
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.String(length=8), nullable=False, server_default="best"),
        sa.Column("pass_percent", sa.Integer(), nullable=True),
        sa.Column("asks_certainty", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("other_form_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ]


_QUIZ_KEYS = (("owner_id", "person", "SET NULL"), ("cohort_id", "cohort", None), ("other_form_id", "quiz", "SET NULL"))


def _item() -> list[sa.Column[Any]]:
    return [
        sa.Column("section", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("draw_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("draw_objective", sa.String(length=160), nullable=False, server_default=""),
        sa.Column("draw_level", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("draw_tag", sa.String(length=40), nullable=False, server_default=""),
    ]


def _version() -> list[sa.Column[Any]]:
    return [
        sa.Column("case_ar", sa.Text(), nullable=False, server_default=""),
        sa.Column("case_fr", sa.Text(), nullable=False, server_default=""),
        sa.Column("case_image_id", sa.Integer(), nullable=True),
        sa.Column("case_alt_ar", sa.String(), nullable=False, server_default=""),
        sa.Column("case_alt_fr", sa.String(), nullable=False, server_default=""),
    ]


def _attempt_question() -> list[sa.Column[Any]]:
    return [
        sa.Column("section_ar", sa.String(), nullable=False, server_default=""),
        sa.Column("section_fr", sa.String(), nullable=False, server_default=""),
        sa.Column("certainty", sa.Integer(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "question_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_ar", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("image_alt_ar", sa.String(), nullable=False),
        sa.Column("image_alt_fr", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["stored_image.id"], name=op.f("fk_question_case_image_id_stored_image")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_question_case_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_case")),
    )
    op.create_index(op.f("ix_question_case_owner_id"), "question_case", ["owner_id"], unique=False)
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_question_case_id_question_case"), "question_case", ["case_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f("ix_question_case_id"), ["case_id"], unique=False)
    with op.batch_alter_table("question_version") as table:
        for column in _version():
            table.add_column(column)
        table.create_foreign_key(
            op.f("fk_question_version_case_image_id_stored_image"), "stored_image", ["case_image_id"], ["id"]
        )
    with op.batch_alter_table("quiz") as table:
        for column in _quiz():
            table.add_column(column)
        for name, other, on_delete in _QUIZ_KEYS:
            table.create_foreign_key(op.f(f"fk_quiz_{name}_{other}"), other, [name], ["id"], ondelete=on_delete)
        for name in ("owner_id", "cohort_id"):
            table.create_index(op.f(f"ix_quiz_{name}"), [name], unique=False)
    # What stood in the files was open to learners.
    quiz = sa.table("quiz", sa.column("content_key"), sa.column("published_at", sa.DateTime(timezone=True)))
    beginning = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    op.execute(sa.update(quiz).where(quiz.c.content_key.is_not(None)).values(published_at=beginning))
    with op.batch_alter_table("quiz_item") as table:
        table.alter_column("question_id", existing_type=sa.Integer(), nullable=True)
        for column in _item():
            table.add_column(column)
    with op.batch_alter_table("attempt_question") as table:
        for column in _attempt_question():
            table.add_column(column)
    op.create_table(
        "quiz_section",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_ar", sa.String(), nullable=False),
        sa.Column("title_fr", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_section_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", "number", name=op.f("pk_quiz_section")),
    )
    op.create_table(
        "blueprint_line",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("objective_key", sa.String(length=160), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz.id"], name=op.f("fk_blueprint_line_quiz_id_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", "objective_key", "level", name=op.f("pk_blueprint_line")),
    )


def downgrade() -> None:
    op.drop_table("blueprint_line")
    op.drop_table("quiz_section")
    with op.batch_alter_table("attempt_question") as table:
        for column in _attempt_question():
            table.drop_column(column.name)
    # A draw has no place in the older shape.
    op.execute("DELETE FROM quiz_item WHERE question_id IS NULL")
    with op.batch_alter_table("quiz_item") as table:
        for column in _item():
            table.drop_column(column.name)
        table.alter_column("question_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("quiz") as table:
        for name in ("owner_id", "cohort_id"):
            table.drop_index(op.f(f"ix_quiz_{name}"))
        for name, other, _on_delete in _QUIZ_KEYS:
            table.drop_constraint(op.f(f"fk_quiz_{name}_{other}"), type_="foreignkey")
        for column in _quiz():
            table.drop_column(column.name)
    with op.batch_alter_table("question_version") as table:
        table.drop_constraint(op.f("fk_question_version_case_image_id_stored_image"), type_="foreignkey")
        for column in _version():
            table.drop_column(column.name)
    with op.batch_alter_table("question") as table:
        table.drop_index(op.f("ix_question_case_id"))
        table.drop_constraint(op.f("fk_question_case_id_question_case"), type_="foreignkey")
        table.drop_column("case_id")
    op.drop_index(op.f("ix_question_case_owner_id"), table_name="question_case")
    op.drop_table("question_case")
