"""The bank with ten thousand questions."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.quizzes import content
from lms.quizzes.content import LANGUAGES
from lms.quizzes.models import Question, QuestionDraft, Writing
from tests.factories import CREATED
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    opened,
    said,
)


def fill_bank(db: Any, owner_id: int, count: int) -> None:
    """Questions in bulk, as an import of years would leave them."""
    one = said()
    base = {
        "current_number": 0, "edited_here": True, "created_at": CREATED, "owner_id": owner_id, "is_shared": True,
        "revision": 1, "type": one.type, "level": one.level, "objective_key": one.objective_key,
        "writing": Writing.COMPLETE, "has_changes": True, "search_text": content.search_text(one),
        "changed_at": CREATED,
    }  # fmt: skip
    database.use_mode(database.WRITE)
    first = (db.scalar(sa.select(sa.func.max(Question.id))) or 0) + 1
    ids = range(first, first + count)
    db.execute(sa.insert(Question), [{**base, "id": number} for number in ids])
    draft = {"revision": 1, "content": one.as_json(), "saved_at": CREATED, "saved_by_id": owner_id}
    db.execute(sa.insert(QuestionDraft), [{**draft, "question_id": number} for number in ids])
    database.commit()
    database.use_mode(database.READ)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bank_and_builder_need_ten_selects_at_most_with_ten_thousand_questions(
    db: Any, trainer: CheckingClient, bilal: Person, at_most: Any, lang: str
) -> None:
    fill_bank(db, bilal.id, 10_000)
    newest = db.scalar(sa.select(sa.func.max(Question.id)))
    database.rollback()
    for path in (
        "", "?page=150", "?q=ecart", "?tag=x&state=draft&level=apply", "?mine=1&writing=complete", "coverage/",
        f"{newest}/", f"{newest}/preview/frame?sent=1", f"{newest}/versions/", "new",
    ):  # fmt: skip
        trainer.get(f"/{lang}/questions/{path}")
        with at_most(10):
            assert trainer.get(f"/{lang}/questions/{path}").status_code == 200, path


def test_a_page_of_the_bank_shows_fifty_questions(db: Any, trainer: CheckingClient, bilal: Person) -> None:
    fill_bank(db, bilal.id, 120)
    page = opened(trainer, "/fr/questions/?mine=1")
    assert sum(attributes.get("name") == "question" for _tag, attributes in page.found) == 50
    last = opened(trainer, "/fr/questions/?mine=1&page=3")
    assert sum(attributes.get("name") == "question" for _tag, attributes in last.found) == 20
