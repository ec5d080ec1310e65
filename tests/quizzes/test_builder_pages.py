"""Bad input of every kind: a sentence at the right field in the page's language; nothing typed is lost."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from werkzeug.test import encode_multipart

from lms.accounts.models import Person
from lms.core.edits import EditedMeanwhile
from lms.quizzes import builder, content
from lms.quizzes.content import LANGUAGES
from lms.quizzes.errors import NotReady
from lms.quizzes.models import Question
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import TEXT
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    LONG_PASTE,
    NEEDS_NUMBER,
    NOT_A_PICTURE,
    TICKED,
    Elements,
    Form,
    assert_nothing_typed_is_lost,
    form_of,
    made,
    opened,
    question_at,
    said,
    send,
    sent_again,
    sentence,
    stored,
)
from tests.quizzes.test_bank import fill_quizzes
from tests.quizzes.xss_corpus import NULLS


def spoilt(kind: str, name: str, value: Any, at: str, text: Any, example: int = 0) -> Any:
    return pytest.param(kind, example, {name: value}, at, text, id=f"{kind}-{name}-{str(value)[:12]}")


class SecondOption:
    """The field's name with its row, in the language of whoever asks."""

    def __str__(self) -> str:
        return f"{TEXT.label} 2"


BLOCKS = [
    spoilt("single_choice", "settings.options.1.text.fr", "  ", "settings.options.1.text.fr",
           _l("« %(field)s » is needed in both languages.", field=SecondOption())),
    spoilt("single_choice", "settings.options.1.text.ar", "الخيار a", "settings.options.1.text.ar",
           _l("Two rows say the same.")),
    spoilt("single_choice", "stem.ar", "", "stem.ar",
           _l("« %(field)s » is needed in both languages.", field=content.STEM.label)),
    spoilt("true_false", "settings.statement", "peut-être", "settings.statement",
           _l("The right answer has to be chosen.")),
    spoilt("numerical", "settings.value", "douze", "settings.value", _l("A number is needed, for example 12.5.")),
    spoilt("numerical", "settings.tolerance", "-1", "settings.tolerance", _l("A number of 0 or more is needed.")),
    spoilt("cloze", "settings.gaps.0.text.fr", "", "settings.gaps.0.text.fr", _l("An accepted answer is needed.")),
    spoilt("open_answer", "settings.criteria.0.points", "-2", "settings.criteria.0.points", NEEDS_NUMBER),
    spoilt("categorise", "settings.things.1.in", "z", "settings.things.1.in",
           _l("A category has to be chosen for this row.")),
]  # fmt: skip
REFUSED = [
    spoilt("single_choice", "points", "-3", "points", NEEDS_NUMBER),
    spoilt("single_choice", "points", "9" * 5000, "points", ""),
    spoilt("single_choice", "points", "", "points", NEEDS_NUMBER),
    spoilt("matching", "settings.pairs.1.match.ar", "م" * 1001, "settings.pairs.1.match.ar",
           _l("This text has %(count)s letters; %(most)s fit.", count=1001, most=1000)),
    spoilt("multiple_choice", "tags", "é" * 41, "tags",
           _l("At most %(most)s tags can be used, of %(longest)s letters each.", most=12, longest=40)),
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "example", "change", "at_field", "text"), BLOCKS)
def test_what_blocks_a_publishing_is_said_at_its_field_and_the_draft_is_kept(
    app: Flask, trainer: CheckingClient, kind: str, example: int, change: Form, at_field: str, text: Any, lang: str
) -> None:
    form = form_of(said(kind, example), do="publish") | change
    answer = send(trainer, f"/{lang}/questions/new", form, follow_redirects=True)
    page = Elements(answer.text)
    assert answer.status_code == 200
    assert sentence(app, text, lang) in page.said_at(at_field)
    assert sentence(app, NotReady().message, lang) in answer.text
    if "peut-être" in change.values() or "z" in change.values():
        form = {name: sent for name, sent in form.items() if name not in change}
    assert_nothing_typed_is_lost(page, form)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "example", "change", "at_field", "text"), REFUSED)
def test_what_cannot_be_stored_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, db: Any, trainer: CheckingClient, kind: str, example: int, change: Form, at_field: str,
    text: Any, lang: str,
) -> None:  # fmt: skip
    form = form_of(said(kind, example)) | change
    before = db.scalar(sa.select(sa.func.count()).select_from(Question))
    answer = send(trainer, f"/{lang}/questions/new", form)
    page = Elements(answer.text)
    assert answer.status_code == 422
    assert sentence(app, text, lang) in page.said_at(at_field)
    assert_nothing_typed_is_lost(page, form)
    assert db.scalar(sa.select(sa.func.count()).select_from(Question)) == before


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("right", [[], ["z"]])
def test_a_missing_key_is_said_with_the_rows_it_is_ticked_in(
    app: Flask, trainer: CheckingClient, right: list[str], lang: str
) -> None:
    """A key that no row has is none: the page has nowhere to show it."""
    form = form_of(said(), do="publish") | {"settings.options.right": right}
    answer = send(trainer, f"/{lang}/questions/new", form, follow_redirects=True)
    page = Elements(answer.text)
    assert sentence(app, TICKED, lang) in page.words["settings.options"]
    assert ("a", "#settings.options") in [(tag, attributes.get("href")) for tag, attributes in page.found]
    assert "settings.options.right" not in page.held
    assert_nothing_typed_is_lost(page, {name: one for name, one in form.items() if not name.endswith("right")})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ticks_are_marked_when_the_key_is_missing(app: Flask, trainer: CheckingClient, lang: str) -> None:
    form = form_of(said(), do="publish") | {"settings.options.right": []}
    page = Elements(send(trainer, f"/{lang}/questions/new", form, follow_redirects=True).text)
    marked = [one for _tag, one in page.found if one.get("aria-invalid") == "true"]
    described = {name for one in marked for name in (one.get("aria-describedby") or "").split()}
    assert any(sentence(app, TICKED, lang) in page.words[name] for name in described)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["new", "stored"])
@pytest.mark.parametrize("encoding", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_page_of_word_pasted_whole_is_shown_again_with_what_is_too_long(
    app: Flask, trainer: CheckingClient, path: str, encoding: str, lang: str
) -> None:
    address = f"/{lang}/questions/new" if path == "new" else made(trainer).replace("/fr/", f"/{lang}/")
    form = form_of(said(), version="1") | {"stem.fr": LONG_PASTE}
    body: Any = form
    if encoding.startswith("multipart"):
        # Encoded here: the client itself would leave its temporary file open.
        boundary, body = encode_multipart(form)
        encoding += f"; boundary={boundary}"
    answer = trainer.post(address, data=body, content_type=encoding)
    assert answer.status_code == 422
    page = Elements(answer.text)
    text = _l("This text has %(count)s letters; %(most)s fit.", count=len(LONG_PASTE.strip()), most=6000)
    assert sentence(app, text, lang) in page.said_at("stem.fr")
    assert_nothing_typed_is_lost(page, form)


PICTURES = {
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "animated.gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
    b"\x02\x02D\x01\x00;",
    "garbage.png": b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02garbage" * 50,
    "header.jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 64,
    "empty.webp": b"",
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
def test_a_disguised_picture_is_refused_at_its_field(
    app: Flask, db: Any, trainer: CheckingClient, name: str, lang: str
) -> None:
    form = form_of(said(), picture=(io.BytesIO(PICTURES[name]), name))
    answer = send(trainer, f"/{lang}/questions/new", form)
    page = Elements(answer.text)
    assert answer.status_code == 422
    assert sentence(app, NOT_A_PICTURE, lang) in page.said_at("picture")
    assert_nothing_typed_is_lost(page, form)
    assert db.scalar(sa.text("SELECT count(*) FROM stored_image")) == 0


def test_script_in_markdown_is_kept_and_shown_as_typed(db: Any, trainer: CheckingClient) -> None:
    typed = "**<script>alert(1)</script>** [x](javascript:alert(1)) ?"
    path = made(trainer, said(stem={"ar": typed, "fr": typed}))
    assert stored(db, path).stem["fr"] == typed
    assert opened(trainer, path).held["stem.fr"] == [typed]
    frame = opened(trainer, f"{path}preview/frame")
    assert frame.words["stem"] == "<script>alert(1)</script> [x](javascript:alert(1)) ?"
    assert [tag for tag, attributes in frame.found if tag == "a" and "javascript" in str(attributes)] == []


@pytest.mark.parametrize("text", [TICKED, NEEDS_NUMBER, NotReady().message, NOT_A_PICTURE, EditedMeanwhile().message])
def test_what_is_said_at_a_field_is_said_in_both_languages(app: Flask, bilal: Person, text: Any) -> None:
    arabic, french = sentence(app, text, "ar"), sentence(app, text, "fr")
    with app.test_request_context("/fr/"), force_locale("en"):
        assert french != str(text)
    assert any("\u0600" <= letter <= "\u06ff" for letter in arabic)


@pytest.mark.parametrize(
    "change",
    [
        {"objective": "o" * 5000},
        {"lesson": "l" * 5000},
        {"level": "l" * 5000},
        {"type": "t" * 5000},
        {"shown_type": "none"},
        {"version": "9" * 5000},
        {"settings.options.0.key": ""},
        {"settings.options.0.key": "k" * 5000},
        {"settings.options.0.key": ">b"},
        {"settings.options.1.key": "a"},
        {"settings.options.right": ["a", "b", "a"]},
        {"do": "remove:options:99999999999"},
        {"do": "add:none"},
        {"do": "confirm:xx"},
        {"do": "\u0661"},
        {"do": "up:options:\u0661"},
    ],
    ids=lambda change: "-".join(f"{name}={str(value)[:9]}" for name, value in change.items()),
)
def test_a_form_that_no_page_sends_is_no_fault(trainer: CheckingClient, change: Form) -> None:
    path = made(trainer)
    for do in ("save", "publish", "preview"):
        version = opened(trainer, path).held["version"]
        answer = send(trainer, path, form_of(said(), version=version, do=do) | change)
        assert answer.status_code in (200, 302, 409, 422)
    for page in ("", "?check=1", "preview/", "preview/frame", "preview/frame?sent=1", "versions/"):
        assert trainer.get(path + page).status_code == 200
    assert trainer.get("/fr/questions/").status_code == 200


@pytest.mark.parametrize("kind", TYPES)
def test_a_hostile_key_of_a_row_never_breaks_the_preview(trainer: CheckingClient, kind: str) -> None:
    form = form_of(said(kind))
    for number, name in enumerate([name for name in form if name.endswith(".key")]):
        form[name] = f">{number}"
    for name in [name for name in form if name.endswith(".in")]:
        form[name] = ">0"
    form |= {name: [">0"] for name in form if name.endswith(".right")}
    path = made(trainer, said(kind), **form)
    for page in ("", "preview/frame", "preview/frame?sent=1"):
        assert trainer.get(path + page).status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", TYPES)
def test_a_question_written_in_one_language_has_a_preview_or_says_why_not(
    trainer: CheckingClient, kind: str, lang: str
) -> None:
    form = form_of(said(kind))
    empty = {name: "" for name in form if name.endswith(f".{lang}") and name != f"stem.{lang}"}
    path = made(trainer, said(kind), **empty)
    for page in ("", "preview/frame", "preview/frame?sent=1"):
        for shown in LANGUAGES:
            assert trainer.get(path.replace("/fr/", f"/{shown}/") + page).status_code == 200


@pytest.mark.parametrize("text", NULLS)
def test_a_null_character_is_refused_before_anything_is_read(trainer: CheckingClient, text: str) -> None:
    path = made(trainer)
    for name in ("stem.fr", "settings.options.0.text.ar", "settings.options.0.key", "tags", "objective", text):
        assert send(trainer, path, form_of(said(), version="1") | {name: text}).status_code == 400
    assert trainer.get("/fr/questions/?" + urlencode({"q": text})).status_code == 400


def test_a_save_after_signing_out_elsewhere_leads_to_the_sign_in_page_and_back(
    client: CheckingClient, curriculum: Any
) -> None:
    page = {"Referer": "http://localhost/fr/questions/new"}
    answer = client.post("/fr/questions/new", data={"stem.fr": "Une question"}, headers=page, csrf=False)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/fr/sign-in?next=/fr/questions/new")
    assert client.post("/fr/sign-in", data={"email": "x"}, csrf=False).status_code == 400


def test_a_question_put_away_can_be_brought_back_from_the_page_one_lands_on(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer)
    answer = trainer.post(f"{path}archive")
    assert answer.headers["Location"] == path
    assert f"{path}bring-back" in [one.get("action") for _tag, one in opened(trainer, path).found]
    assert question_at(db, path).archived_at is not None


def test_a_quiz_put_away_can_be_brought_back_from_the_page_one_lands_on(
    db: Any, trainer: CheckingClient, bilal: Person
) -> None:
    (number,) = fill_quizzes(db, bilal.id, 1)
    path = f"/fr/questions/quizzes/{number}/"
    answer = trainer.post(f"{path}state", data={"do": "archive"})
    assert answer.headers["Location"] == path
    assert ("button", "bring-back") in [(tag, one.get("value")) for tag, one in opened(trainer, path).found]


#: The types whose learners meet another order when it is asked for.
MIXED = {"single_choice", "multiple_choice", "matching", "categorise"}


@pytest.mark.parametrize("kind", TYPES)
def test_mixing_is_offered_where_there_is_something_to_mix(db: Any, trainer: CheckingClient, kind: str) -> None:
    page = opened(trainer, f"/fr/questions/new?type={kind}")
    boxes = [one.get("type") for _tag, one in page.found if one.get("name") == "shuffle"]
    assert boxes == (["checkbox"] if kind in MIXED else ["hidden"])


@pytest.mark.parametrize("kind", ["numerical", "true_false", "single_choice"])
@pytest.mark.parametrize("shuffle", [True, False])
def test_what_is_not_shown_of_mixing_stays_as_it_is(db: Any, trainer: CheckingClient, kind: str, shuffle: bool) -> None:
    path = made(trainer, said(kind), **({"shuffle": "y"} if shuffle else {"shuffle": ""}))
    assert stored(db, path).shuffle is shuffle
    sent_again(trainer, path, **{"stem.fr": "Autre ?"})
    assert stored(db, path).shuffle is shuffle


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", TYPES)
def test_a_brand_new_question_is_told_what_it_needs_and_no_error(trainer: CheckingClient, kind: str, lang: str) -> None:
    text = trainer.get(f"/{lang}/questions/new?type={kind}").text
    panel = text.partition('data-live="checks"')[2].partition("</aside>")[0]
    assert "needed" in panel
    assert 'class="block"' not in panel
    assert 'class="remark"' not in panel


def test_the_first_word_brings_the_whole_list_of_checks_and_stores_nothing(db: Any, trainer: CheckingClient) -> None:
    """What the page asks for while somebody types."""
    before = db.scalar(sa.select(sa.func.count()).select_from(Question))
    form = form_of(builder.empty("single_choice"), do="redraw")
    calm = send(trainer, "/fr/questions/new", form)
    typed = send(trainer, "/fr/questions/new", form | {"stem.fr": "Quel"})
    for answer, is_calm in ((calm, True), (typed, False)):
        assert answer.status_code == 200
        assert ('class="block"' not in answer.text) is is_calm
        for part in ("checks", *LANGUAGES):
            assert answer.text.count(f'data-live="{part}"') == 1
    assert db.scalar(sa.select(sa.func.count()).select_from(Question)) == before


def test_a_saved_question_without_a_word_has_its_whole_list(trainer: CheckingClient) -> None:
    path = made(trainer, builder.empty("single_choice"))
    assert 'class="block"' in trainer.get(path).text
