"""The bank with ten thousand questions, and with more cases and quizzes than a list to choose from holds."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.bilingual import EMPTY, Bilingual
from lms.documents import spreadsheets
from lms.quizzes import content, queries
from lms.quizzes.content import LANGUAGES
from lms.quizzes.models import Feedback, Purpose, Question, QuestionCase, QuestionDraft, Quiz, Writing
from tests.factories import CREATED, make_person
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import made, opened, said, sent_again, stored


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


def fill_cases(db: Any, owner_id: int, count: int) -> list[int]:
    """Cases in bulk, the oldest first."""
    rows = [
        QuestionCase(
            text=Bilingual(f"الحالة {place}", f"Cas {place}."), image_alt=EMPTY, owner_id=owner_id, changed_at=CREATED
        )
        for place in range(count)
    ]
    return stored_ids(db, rows)


def fill_quizzes(db: Any, owner_id: int, count: int, **rules: Any) -> list[int]:
    """Quizzes in bulk, the oldest first."""
    values: dict[str, Any] = {
        "module": "concepts", "purpose": Purpose.PRACTICE, "feedback": Feedback.AFTER_SUBMIT, "owner_id": owner_id,
        **rules,
    }  # fmt: skip
    return stored_ids(
        db, [Quiz(title=Bilingual(f"الاختبار {place}", f"Quiz {place}."), **values) for place in range(count)]
    )


def stored_ids(db: Any, rows: list[Any]) -> list[int]:
    database.use_mode(database.WRITE)
    db.add_all(rows)
    db.flush()
    ids = [row.id for row in rows]
    database.commit()
    database.use_mode(database.READ)
    return ids


@pytest.mark.parametrize(("path", "fill"), [("quizzes/", fill_quizzes), ("cases/", fill_cases)])
def test_lists_of_quizzes_and_cases_show_fifty_rows_with_the_same_statements(
    db: Any, trainer: CheckingClient, bilal: Person, at_most: Any, path: str, fill: Any
) -> None:
    ids = fill(db, bilal.id, 120)
    links = {number: f"/fr/questions/{path}{number}/" for number in ids}
    trainer.get(f"/fr/questions/{path}")
    with at_most(8):
        first = trainer.get(f"/fr/questions/{path}").text
    third = trainer.get(f"/fr/questions/{path}?page=3").text

    shown = [number for number, link in links.items() if link in first]
    assert len(shown) == 50
    assert ids[-1] in shown
    assert f'href="/fr/questions/{path}?page=2"' in first
    assert links[ids[0]] in third
    assert links[ids[-1]] not in third


def test_the_archive_of_quizzes_keeps_its_pages_apart(db: Any, trainer: CheckingClient, bilal: Person) -> None:
    fill_quizzes(db, bilal.id, 60, archived_at=CREATED)
    page = opened(trainer, "/fr/questions/quizzes/?state=archived")
    assert "/fr/questions/quizzes/?page=2&state=archived" in [one.get("href") for _tag, one in page.found]


def values_of(page: Any, name: str) -> list[str]:
    """What a select offers."""
    inside, found = False, []
    for tag, attributes in page.found:
        if tag == "select":
            inside = attributes.get("name") == name
        elif tag == "option" and inside:
            found.append(attributes.get("value") or "")
    return found


def test_the_cases_to_choose_from_are_the_newest_and_the_one_that_is_chosen(
    db: Any, trainer: CheckingClient, bilal: Person
) -> None:
    ids = fill_cases(db, bilal.id, queries.bank.MOST_TO_CHOOSE + 3)
    path = made(trainer, said(case_id=ids[0]), case=str(ids[0]))
    assert stored(db, path).case_id == ids[0]

    offered = values_of(opened(trainer, path), "case")
    assert offered == ["", *map(str, reversed(ids[3:])), str(ids[0])]
    assert opened(trainer, path).held["case"] == [str(ids[0])]
    sent_again(trainer, path, **{"stem.fr": "Autre ?"})
    assert stored(db, path).case_id == ids[0]


def test_the_quizzes_to_put_into_are_the_newest_and_the_one_that_is_meant(
    db: Any, trainer: CheckingClient, bilal: Person
) -> None:
    ids = fill_quizzes(db, bilal.id, queries.bank.MOST_TO_CHOOSE + 3)
    made(trainer)
    offered = values_of(opened(trainer, f"/fr/questions/?into={ids[0]}"), "quiz_id")
    assert offered == [*map(str, reversed(ids[3:])), str(ids[0])]
    assert str(ids[0]) in values_of(opened(trainer, f"/fr/questions/?quiz={ids[0]}"), "quiz")
    assert str(ids[0]) not in values_of(opened(trainer, "/fr/questions/"), "quiz")


def test_the_parallel_form_of_old_stays_choosable(db: Any, trainer: CheckingClient, bilal: Person) -> None:
    ids = fill_quizzes(db, bilal.id, queries.bank.MOST_TO_CHOOSE + 3)
    path = f"/fr/questions/quizzes/{ids[-1]}/rules"
    form = {
        "version": "1", "title_ar": "اختبار", "title_fr": "Quiz", "module": "concepts", "purpose": "practice",
        "feedback": "after-submit", "counts": "best", "cohort": "", "other_form": str(ids[0]),
    }  # fmt: skip
    assert trainer.post(path, data=form).status_code == 302
    assert str(ids[0]) in values_of(opened(trainer, path), "other_form")


def test_another_trainers_quiz_is_no_quiz_to_choose(db: Any, trainer: CheckingClient, bilal: Person) -> None:
    (number,) = fill_quizzes(db, make_person(db, "karim").id, 1)
    assert queries.quizzes.in_use(db, bilal.id, [number]) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["into", "quiz"])
def test_the_bank_says_on_top_for_which_quiz_it_is_open(
    db: Any, trainer: CheckingClient, bilal: Person, name: str, lang: str
) -> None:
    (number,) = fill_quizzes(db, bilal.id, 1)
    page = opened(trainer, f"/{lang}/questions/?{name}={number}")
    assert ("Quiz 0." if lang == "fr" else "الاختبار 0") in page.words["for-quiz"]
    assert ("a", f"/{lang}/questions/quizzes/{number}/") in [(tag, one.get("href")) for tag, one in page.found] or (
        name == "quiz"
    )


@pytest.mark.parametrize("address", ["", "?into=999999", "?quiz=999999", "?into=x&quiz=y", "?into=9999999999"])
def test_a_bank_that_is_open_for_no_quiz_names_none(trainer: CheckingClient, address: str) -> None:
    page = opened(trainer, f"/fr/questions/{address}")
    assert "for-quiz" not in page.words
    assert "into" not in [one.get("name") for _tag, one in page.found]


def test_the_quiz_that_is_filled_stays_when_nothing_was_ticked(db: Any, trainer: CheckingClient, bilal: Person) -> None:
    (number,) = fill_quizzes(db, bilal.id, 1)
    made(trainer)
    address = f"/fr/questions/?into={number}"
    assert address in [one.get("action") for _tag, one in opened(trainer, address).found]
    answer = trainer.post(address, data={"do": "put", "quiz_id": str(number)})
    assert answer.headers["Location"] == address


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bank_taken_away_holds_each_text_and_says_what_was_asked_for(
    db: Any, trainer: CheckingClient, bilal: Person, lang: str
) -> None:
    fill_bank(db, bilal.id, 2)
    database.rollback()
    body = trainer.get(f"/{lang}/questions/file?mine=1&level={said().level}").data
    sheet, read_me = openpyxl.load_workbook(io.BytesIO(body)).worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    texts = {(place.texts.get("ar"), place.texts.get("fr")) for place in content.texts_of(said())}
    assert {(row[7], row[8]) for row in rows} == {pair for pair in texts if any(pair)}
    assert len({row[0] for row in rows}) == 2
    words = [cell.value for row in read_me.iter_rows() for cell in row]
    assert bilal.name[lang] in words
    assert {sheet["D1"].value, sheet["D2"].value} <= set(words)
    table = spreadsheets.read(body, "questions.xlsx")
    assert table.heading == [cell.value for cell in sheet[1]]
    assert [line.cells[7] for line in table.lines] == [row[7] or "" for row in rows]
