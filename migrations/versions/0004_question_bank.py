"""The question bank: drafts, owners, tags, categories; the settings of true-or-false questions named like all others"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_VERSION = sa.table("question_version", sa.column("id"), sa.column("type"), sa.column("settings", sa.JSON()))


def upgrade() -> None:
    op.create_table(
        "question_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_category")),
    )
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("category_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("type", sa.String(length=30), nullable=False, server_default=""))
        table.add_column(sa.Column("level", sa.String(length=10), nullable=False, server_default=""))
        table.add_column(sa.Column("objective_key", sa.String(length=160), nullable=False, server_default=""))
        table.add_column(sa.Column("writing", sa.String(length=12), nullable=False, server_default="missing"))
        table.add_column(sa.Column("has_changes", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("review_asked_by_id", sa.Integer(), nullable=True))
        for column, other in (
            ("owner_id", "person"),
            ("category_id", "question_category"),
            ("review_asked_by_id", "person"),
        ):
            table.create_foreign_key(
                op.f(f"fk_question_{column}_{other}"), other, [column], ["id"], ondelete="SET NULL"
            )
        for column in ("owner_id", "category_id", "objective_key"):
            table.create_index(op.f(f"ix_question_{column}"), [column], unique=False)
    op.create_table(
        "question_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_question_tag")),
    )
    op.create_table(
        "question_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_draft_question_id_question"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_question_draft_saved_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_draft")),
        sa.UniqueConstraint("question_id", "revision", name=op.f("uq_question_draft_question_id_revision")),
    )
    with op.batch_alter_table("question_version") as table:
        table.alter_column("objective_key", type_=sa.String(length=160), existing_type=sa.String(length=60))
        table.add_column(sa.Column("points", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("shuffle", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("image_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("image_alt_ar", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("image_alt_fr", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("published_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_question_version_image_id_stored_image"), "stored_image", ["image_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_question_version_published_by_id_person"), "person", ["published_by_id"], ["id"],
            ondelete="SET NULL",
        )  # fmt: skip
    _rewrite(
        lambda old: {**_without(old, "right"), "statement": "true" if old["right"] == [True] else "false"}, "right"
    )


def downgrade() -> None:
    _rewrite(lambda old: {**_without(old, "statement"), "right": [old["statement"] == "true"]}, "statement")
    with op.batch_alter_table("question_version") as table:
        table.drop_constraint(op.f("fk_question_version_published_by_id_person"), type_="foreignkey")
        table.drop_constraint(op.f("fk_question_version_image_id_stored_image"), type_="foreignkey")
        for column in ("published_by_id", "image_alt_fr", "image_alt_ar", "image_id", "shuffle", "points"):
            table.drop_column(column)
        table.alter_column("objective_key", type_=sa.String(length=60), existing_type=sa.String(length=160))
    op.drop_table("question_draft")
    op.drop_table("question_tag")
    with op.batch_alter_table("question") as table:
        for column in ("objective_key", "category_id", "owner_id"):
            table.drop_index(op.f(f"ix_question_{column}"))
        for column, other in (
            ("review_asked_by_id", "person"),
            ("category_id", "question_category"),
            ("owner_id", "person"),
        ):
            table.drop_constraint(op.f(f"fk_question_{column}_{other}"), type_="foreignkey")
        for column in (
            "review_asked_by_id", "changed_at", "search_text", "has_changes", "writing", "objective_key", "level",
            "type", "revision", "category_id", "is_shared", "owner_id",
        ):  # fmt: skip
            table.drop_column(column)
    op.drop_table("question_category")


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]], needed: str) -> None:
    """Write the settings of the true-or-false questions anew."""
    connection = op.get_bind()
    query = sa.select(_VERSION.c.id, _VERSION.c.settings).where(_VERSION.c.type == "true_false")
    for row in connection.execute(query).all():
        old = json.loads(row.settings) if isinstance(row.settings, str) else row.settings
        if needed in old:
            connection.execute(sa.update(_VERSION).where(_VERSION.c.id == row.id).values(settings=change(old)))


def _without(settings: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != name}
