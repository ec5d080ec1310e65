"""The builder's pages: bad input at its field, two trainers, versions under way, hostile texts, queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from werkzeug.test import encode_multipart

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.edits import EditedMeanwhile
from lms.core.i18n import locale_of
from lms.core.text import clean_line, clean_text
from lms.quizzes import content, queries, queries_bank, services_bank
from lms.quizzes.content import LANGUAGES, Content
from lms.quizzes.errors import NotReady, OwnReview
from lms.quizzes.models import Attempt, Question, QuestionDraft, QuestionVersion, QuizItem, Writing
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import TEXT, Rows, Value
from tests.factories import CREATED, answer_all, make_enrolment, make_person, start_attempt
from tests.pages import CheckingClient
from tests.quizzes.xss_corpus import CORPUS, MARK, NULLS

Form = dict[str, Any]
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LONG_PASTE = "mot collé " * 100_000
NEEDS_NUMBER = _l("A whole number from 1 to 100 is needed.")
NOT_A_PICTURE = _l("This file is not a readable picture. PNG, JPEG and WebP files are taken.")
TICKED = _l("The right answer has to be ticked.")


class Elements(HTMLParser):
    """A page taken apart: its elements, the text of those with an id, what the builder's form would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self.texts: list[str] = []
        self.held: dict[str, list[str]] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._options: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.found.append((tag, attributes))
        if attributes.get("id"):
            self.words.setdefault(attributes["id"] or "", "")
        if tag == "select":
            self._options = []
        elif tag == "option":
            self._options.append((attributes.get("value") or "", "selected" in attributes))
        elif tag in ("input", "textarea") and self._is_sent(attributes):
            self._hold(attributes.get("name"), "" if tag == "textarea" else attributes.get("value") or "")
        if tag not in VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, attributes = self._open.pop()
            if closed == "select" and self._options:
                chosen = [value for value, is_chosen in self._options if is_chosen]
                self._hold(attributes.get("name"), (chosen or [self._options[0][0]])[0])
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for tag, attributes in self._open:
            if attributes.get("id") in self.words:
                self.words[attributes["id"] or ""] += data
            if tag == "textarea" and attributes.get("name") in self.held:
                # A browser drops the line break after the tag.
                name = attributes["name"] or ""
                self.held[name][-1] += data.removeprefix("\n") if not self.held[name][-1] else data

    def _is_sent(self, attributes: dict[str, str | None]) -> bool:
        return attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes

    def _hold(self, name: str | None, value: str) -> None:
        if name and any(one.get("id") == "builder" for _tag, one in self._open):
            self.held.setdefault(name, []).append(value)

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(attributes for _tag, attributes in self.found if attributes.get("id") == name)

    def said_at(self, name: str) -> str:
        """What an assistive technology reads with a field that is marked as wrong."""
        field = self.by_id(name)
        assert field.get("aria-invalid") == "true", f"{name} is not marked"
        return " ".join(self.words[one] for one in (field.get("aria-describedby") or "").split())


def said(kind: str = "single_choice", example: int = 0, **changes: Any) -> Content:
    """A question that may be published."""
    texts = {"ar": "ما هي الفجوة؟", "fr": "Qu’est-ce qu’un écart ?"}
    values: dict[str, Any] = {
        "stem": texts, "explanation": {"ar": "لأن", "fr": "Parce que"}, "settings": TYPES[kind].examples[example],
        "objective_key": "concepts/test#read", "lesson": "concepts/first#figures",
    }  # fmt: skip
    return Content(kind, **{**values, **changes})


def form_of(one: Content, **more: Any) -> Form:
    """What the builder's page of a question sends."""
    form: Form = {
        "version": "0", "type": one.type, "shown_type": one.type, "objective": "", "level": one.level, "lesson": "",
        "points": str(one.points), "shuffle": "y", "tags": "écart",
    }  # fmt: skip
    for place in content.texts_of(one):
        for lang in LANGUAGES:
            form[".".join(map(str, (*place.path, lang)))] = place.texts.get(lang, "")
    for part in TYPES[one.type].parts:
        if isinstance(part, Value):
            _send_value(form, f"settings.{part.name}", part, one.settings.get(part.name, part.default))
        elif isinstance(part, Rows):
            _send_rows(form, part, one)
    return form | more


def _send_rows(form: Form, part: Rows, one: Content) -> None:
    for place, row in enumerate(one.settings.get(part.name) or []):
        name = f"settings.{part.name}.{place}"
        form[f"{name}.key"] = row["key"]
        for value in part.values:
            _send_value(form, f"{name}.{value.name}", value, row.get(value.name, value.default))
        if part.picks:
            form[f"{name}.in"] = row["in"]
    if part.mark:
        form[f"settings.{part.name}.right"] = list(one.settings["right"])


def _send_value(form: Form, name: str, part: Value, held: Any) -> None:
    if part.kind != "tick":
        form[name] = str(held)
    elif held:
        form[name] = "1"


def assert_nothing_typed_is_lost(page: Elements, form: Form) -> None:
    for name, sent in form.items():
        if name not in ("do", "version", "picture"):
            typed = sent if isinstance(sent, list) else [sent]
            assert page.held.get(name, []) == [one.strip() for one in typed], name


def send(client: CheckingClient, path: str, form: Form, **options: Any) -> Any:
    """As a browser sends it: the builder's form may carry a file."""
    return client.post(path, data=form, content_type="multipart/form-data", **options)


def sentence(app: Flask, text: Any, lang: str) -> str:
    with app.test_request_context(f"/{lang}/"), force_locale(locale_of(lang)):
        return str(text)


@pytest.fixture
def bilal(db: Any, curriculum: Any, at: Callable[..., None], now: dt.datetime) -> Person:
    at(now)
    return make_person(db, "bilal", role=Role.TRAINER)


@pytest.fixture
def trainer(client: CheckingClient, bilal: Person) -> CheckingClient:
    return client.signed_in(bilal)


@pytest.fixture
def second(app: Flask, db: Any, bilal: Person) -> CheckingClient:
    """Another trainer, of another organisation."""
    client: Any = app.test_client()
    driss = make_person(db, "driss", role=Role.TRAINER, organisation_key="tourisme")
    return client.signed_in(driss)  # type: ignore[no-any-return]


def made(client: CheckingClient, one: Content | None = None, **more: Any) -> str:
    """The address of a new question that was saved."""
    answer = send(client, "/fr/questions/new", form_of(one or said(), **more))
    assert answer.status_code == 302, Elements(answer.text).words
    location: str = answer.headers["Location"]
    return location.partition("?")[0]


def opened(client: CheckingClient, path: str) -> Elements:
    answer = client.get(path)
    assert answer.status_code == 200
    return Elements(answer.text)


def sent_again(client: CheckingClient, path: str, **changes: Any) -> Any:
    """The page opened, changed in places and sent."""
    return send(client, path, opened(client, path).held | changes)


def number_of(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])


def question_at(db: Any, path: str) -> Question:
    database.rollback()
    found: Question = db.get_one(Question, number_of(path), populate_existing=True)
    return found


def stored(db: Any, path: str) -> Content:
    return services_bank.content_of(db, question_at(db, path))


# Bad input


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


# Two trainers


def test_of_two_trainers_the_second_sees_both_texts_and_may_save_again(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer)
    first_form, second_form = opened(trainer, path).held, opened(second, path).held
    assert send(trainer, path, first_form | {"stem.fr": "La question du premier ?"}).status_code == 302
    answer = send(second, path, second_form | {"stem.fr": "La question du second ?"})
    page = Elements(answer.text)
    assert answer.status_code == 409
    assert "La question du premier ?" in answer.text
    assert page.held["stem.fr"] == ["La question du second ?"]
    assert stored(db, path).stem["fr"] == "La question du premier ?"
    assert send(second, path, page.held).status_code == 302
    assert stored(db, path).stem["fr"] == "La question du second ?"


def test_a_row_that_the_first_added_is_shown_to_the_second(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    """Otherwise saving again takes it away unseen."""
    path = made(trainer)
    old = opened(second, path).held
    added = {"settings.options.4.key": "e"}
    added |= {
        f"settings.options.4.{name}.{lang}": f"Ajout {name} {lang}"
        for name in ("text", "feedback")
        for lang in LANGUAGES
    }
    assert sent_again(trainer, path, **added).status_code == 302
    answer = send(second, path, old | {"stem.fr": "Autre question ?"})
    assert answer.status_code == 409
    assert "Ajout text fr" in answer.text


def test_a_key_that_the_first_changed_is_named_to_the_second(trainer: CheckingClient, second: CheckingClient) -> None:
    path = made(trainer)
    old = opened(second, path).held
    assert sent_again(trainer, path, **{"settings.options.right": ["a"]}).status_code == 302
    answer = send(second, path, old | {"points": "2"})
    assert answer.status_code == 409
    assert str(content.changes(said(), said(points=2))[0].label) in answer.text


def test_undo_brings_back_what_stood_before_and_undone_twice_it_is_there_again(
    db: Any, trainer: CheckingClient
) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Deuxième ?"})
    assert trainer.post(f"{path}undo", data={"version": "2"}).status_code == 302
    assert stored(db, path).stem["fr"] == said().stem["fr"]
    assert trainer.post(f"{path}undo", data={"version": "2"}).status_code == 409
    assert stored(db, path).stem["fr"] == said().stem["fr"]
    trainer.post(f"{path}undo", data={"version": "3"})
    assert stored(db, path).stem["fr"] == "Deuxième ?"


@pytest.mark.parametrize("version", ["", "x", "9" * 5000, "-1"])
def test_undo_without_its_number_changes_nothing(db: Any, trainer: CheckingClient, version: str) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Deuxième ?"})
    assert trainer.post(f"{path}undo", data={"version": version}).status_code == 409
    assert stored(db, path).stem["fr"] == "Deuxième ?"


def test_a_changed_language_waits_until_the_other_is_confirmed(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Qu’appelle-t-on un écart ?"})
    assert question_at(db, path).writing == Writing.STALE_AR
    assert 'value="confirm:ar"' in trainer.get(path).text
    assert sent_again(trainer, path, do="confirm:ar").status_code == 302
    assert question_at(db, path).writing == Writing.COMPLETE
    assert 'value="confirm:ar"' not in trainer.get(path).text


def test_a_copy_is_the_copiers_own_and_the_question_stays(
    db: Any, trainer: CheckingClient, second: CheckingClient, bilal: Person
) -> None:
    path = made(trainer)
    copied = second.post(f"{path}copy").headers["Location"]
    assert number_of(copied) != number_of(path)
    assert content.digest(stored(db, copied), None) == content.digest(stored(db, path), None)
    assert question_at(db, copied).owner_id != question_at(db, path).owner_id
    assert [one.tag for one in question_at(db, copied).tags] == [one.tag for one in question_at(db, path).tags]
    sent_again(second, copied, **{"stem.fr": "Autre ?"})
    assert stored(db, path).stem["fr"] == said().stem["fr"]


def test_a_copy_of_what_is_not_shared_is_not_shared_either(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer)
    trainer.post(f"{path}share", data={"shared": "0"})
    copied = trainer.post(f"{path}copy").headers["Location"]
    assert second.get(copied).status_code == 404


def test_an_archived_question_leaves_the_bank_until_it_is_brought_back(trainer: CheckingClient) -> None:
    path = made(trainer)
    assert trainer.post(f"{path}archive").status_code == 302
    assert path not in trainer.get("/fr/questions/").text
    assert path in trainer.get("/fr/questions/?state=archived").text
    assert trainer.post(f"{path}bring-back").status_code == 302
    assert path in trainer.get("/fr/questions/").text


def addresses(app: Flask, question_id: Any) -> Iterator[tuple[str, str]]:
    """Every address of one question, in both languages, with each method it takes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("builder.") and "question_id" in rule.arguments:
            for lang, method in itertools.product(LANGUAGES, sorted((rule.methods or set()) & {"GET", "POST"})):
                with app.test_request_context("/fr/"):
                    yield method, url_for(rule.endpoint, question_id=question_id, lang=lang)


def test_a_question_kept_to_oneself_is_nowhere_for_another_trainer(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, tags="tag-secret")
    assert second.get(path).status_code == 200
    assert second.post(f"{path}share", data={"shared": "0"}).status_code == 404
    assert trainer.post(f"{path}share", data={"shared": "0"}).status_code == 302
    asked = list(addresses(app, number_of(path)))
    assert len(asked) >= 20
    form = form_of(said(), version="1") | {"stem.fr": "Pris ?"}
    statuses = {
        ask: second.open(ask[1], method=ask[0], data=form if ask[0] == "POST" else None).status_code for ask in asked
    }
    assert {ask: status for ask, status in statuses.items() if status != 404} == {}
    second.post("/fr/questions/", data={"question": number_of(path), "do": "tag", "tags": "pris"})
    assert [one.tag for one in question_at(db, path).tags] == ["tag-secret"]
    bank = second.get("/fr/questions/").text
    assert path not in bank
    assert "tag-secret" not in bank
    assert trainer.get(path).status_code == 200
    trainer.post(f"{path}share", data={"shared": "1"})
    assert second.get(path).status_code == 200


@pytest.mark.parametrize("number", [999_999, 10**9, 10**30])
def test_a_question_that_does_not_exist_is_404_on_every_address(
    app: Flask, trainer: CheckingClient, number: int
) -> None:
    """A number that no database counts is no address at all."""
    for method, path in addresses(app, number):
        assert trainer.open(path, method=method).status_code in ((404,) if number < 10**12 else (404, 405)), (
            method,
            path,
        )


def test_a_learner_opens_no_page_of_the_bank(app: Flask, db: Any, trainer: CheckingClient) -> None:
    path = made(trainer)
    trainer.signed_in(make_person(db, "chaima"))
    for method, address in addresses(app, number_of(path)):
        assert trainer.open(address, method=method).status_code == 403, (method, address)


# Publishing


def test_publishing_waits_for_the_missing_language_and_the_draft_is_kept(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 1
    sent_again(trainer, path, **{"stem.fr": "Nouvelle ?", "stem.ar": "", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes, question.writing) == (1, True, Writing.MISSING_AR)
    assert stored(db, path).stem == {"ar": "", "fr": "Nouvelle ?"}
    version = queries_bank.version(db, question.id, 1)
    assert version is not None
    assert version.stem.fr == said().stem["fr"]
    sent_again(trainer, path, **{"stem.ar": "سؤال جديد؟", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes) == (2, False)


def test_publishing_what_did_not_change_makes_no_version(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    sent_again(trainer, path, do="publish")
    assert question_at(db, path).current_number == 1
    assert db.scalar(sa.select(sa.func.count()).where(QuestionVersion.question_id == number_of(path))) == 1


def question_pages(client: CheckingClient, attempt: Attempt, lang: str = "fr") -> str:
    base = f"/{lang}/quizzes/{attempt.quiz_id}/attempts/{attempt.number}"
    return "".join(client.get(f"{base}/{position}/").text for position in range(1, 5))


def test_an_attempt_under_way_keeps_its_version_and_the_next_takes_the_new_one(
    app: Flask, db: Any, trainer: CheckingClient, curriculum: Any, now: dt.datetime
) -> None:
    learners: list[Any] = [app.test_client().signed_in(make_person(db, name)) for name in ("chaima", "hind")]  # type: ignore[attr-defined]
    people = [
        db.scalars(sa.select(Person).where(Person.email == f"{name}@example.ma")).one() for name in ("chaima", "hind")
    ]
    under_way = start_attempt(db, make_enrolment(db, people[0]), curriculum, now=now)
    old = question_pages(learners[0], under_way)
    question = db.scalars(sa.select(Question).where(Question.content_key.endswith("#one"))).one()
    path, old_stem = f"/fr/questions/{question.id}/", WORDS_OF_ONE
    assert old_stem in old
    changes = {"stem.fr": "Tout autre question ?", "stem.ar": "سؤال آخر؟", "do": "publish"}
    assert sent_again(trainer, path, **changes).status_code == 302
    assert question_at(db, path).current_number == 2
    still = question_pages(learners[0], under_way)
    assert old_stem in still
    assert "Tout autre question ?" not in still
    fresh = question_pages(learners[1], start_attempt(db, make_enrolment(db, people[1]), curriculum, now=now))
    assert "Tout autre question ?" in fresh
    assert old_stem not in fresh


WORDS_OF_ONE = "Un cas de travail dans un centre fictif. 1"


@pytest.fixture
def four_eyes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.extensions["settings"], question_review=True)
    monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_the_one_who_asked_cannot_publish(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 0
    assert path in second.get("/fr/questions/?state=review").text
    answer = send(trainer, path, opened(trainer, path).held | {"do": "publish"}, follow_redirects=True)
    assert sentence(app, OwnReview().message, "fr") in answer.text
    assert question_at(db, path).current_number == 0
    assert sent_again(second, path, do="publish").status_code == 302
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)
    assert path not in second.get("/fr/questions/?state=review").text


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_nobody_publishes_alone_what_they_changed_themselves(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    """The one who asked read another text than the one that would come out."""
    path = made(trainer, do="publish")
    sent_again(second, path, **{"stem.fr": "Réécrite par le second ?", "stem.ar": "سؤال آخر؟", "do": "publish"})
    assert question_at(db, path).current_number == 0


@pytest.mark.usefixtures("four_eyes")
def test_a_change_taken_back_no_longer_waits_for_a_second_trainer(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    sent_again(second, path, do="publish")
    sent_again(trainer, path, **{"stem.fr": "Autre ?", "do": "publish"})
    trainer.post(f"{path}undo", data={"version": str(question_at(db, path).revision)})
    sent_again(second, path, do="publish")
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)


# Hostile texts

#: Elements that do something by being there.
LOADED = (
    "script", "iframe", "frame", "object", "embed", "applet", "img", "image", "form", "input", "button", "textarea",
    "select", "link", "meta", "base", "style", "video", "audio", "source", "math", "template", "h1", "main", "title",
)  # fmt: skip
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "xlink:href", "data", "poster", "background")
SHOWING = {"value", "alt", "aria-label", "title", "content", "href", "action"}


class Words:
    """Gives one text after the other, each once in a round; those fit for a text with marks have no brackets."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._all, self._bare = (
            itertools.cycle(texts),
            itertools.cycle([one for one in texts if not set(one) & set("[]*\n\t\v\f")]),
        )
        self._short = itertools.cycle([one for one in texts if len(one) <= 38 and not set(one) & set(",،;؛")])

    def one(self, bare: bool = False) -> str:
        return next(self._bare if bare else self._all)

    def tag(self) -> str:
        return next(self._short)

    def pack(self, count: int, bare: bool = False) -> str:
        return " ".join(self.one(bare) for _time in range(count))


class Plain(Words):
    """Harmless words of about the same shape."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def one(self, bare: bool = False) -> str:
        return f"Mot نص **{next(self._numbers)}** *x*" if not bare else f"Mot {next(self._numbers)}"

    def tag(self) -> str:
        return f"tag{next(self._numbers)}"


def packed(kind: str, words: Words) -> Form:
    """A form of this type with as many rows as it may have and a text of its own in every field."""
    one = said(kind)
    settings: dict[str, Any] = dict(one.settings)
    for part in TYPES[kind].parts:
        if isinstance(part, Rows) and kind != "cloze":
            held = settings.get(part.name) or []
            more = [{**held[0], "key": f"m{place}"} for place in range(part.most - len(held))] if held else []
            settings[part.name] = [*held, *more]
    form = form_of(dataclasses.replace(one, settings=settings))
    is_bare = kind in ("cloze", "hot_text")
    for name in form:
        if name.endswith((".ar", ".fr")):
            form[name] = words.pack(10, is_bare) if name.startswith(("stem", "explanation")) else words.one(is_bare)
    for lang in LANGUAGES:
        if kind == "cloze":
            form[f"settings.passage.{lang}"] = f"{words.pack(5, True)} [1] {words.pack(5, True)} [2] {words.one(True)}"
        elif kind == "hot_text":
            form[f"settings.passage.{lang}"] = "{} [*{}] {} [{}]".format(*(words.pack(3, True) for _time in range(4)))
    form |= {name: words.one() for name in ("image_alt.ar", "image_alt.fr")}
    return form | {"tags": ",".join(words.tag() for _time in range(6)), "lesson": "concepts/first#figures"}


def png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


@dataclasses.dataclass
class Walk:
    """Every page that shows what an author typed, by a name that both walks share."""

    trainer: CheckingClient
    learner: CheckingClient
    words: Words
    pages: dict[str, Elements] = dataclasses.field(default_factory=dict)
    sent: dict[str, Form] = dataclasses.field(default_factory=dict)
    paths: dict[str, str] = dataclasses.field(default_factory=dict)

    def see(self, name: str, path: str, client: CheckingClient | None = None) -> None:
        for lang in LANGUAGES:
            answer = (client or self.trainer).get(path.replace("/fr/", f"/{lang}/"))
            assert answer.status_code == 200, (name, path, answer.status_code)
            self.pages[f"{name} {lang}"] = Elements(answer.text)

    def write(self, kind: str) -> None:
        """Publish a question, then change it wholly and publish again, so that its versions show both."""
        for time in ("new", "changed"):
            form = packed(kind, self.words) | {"do": "publish", "picture": (io.BytesIO(png()), f"<b {MARK}>.png")}
            path = self.paths.get(kind, "/fr/questions/new")
            form["version"] = "0" if time == "new" else opened(self.trainer, path).held["version"][0]
            answer = send(self.trainer, path, form)
            assert answer.status_code == 302, answer.text
            assert "check" not in answer.headers["Location"], (
                kind,
                opened(self.trainer, answer.headers["Location"]).found,
            )
            self.paths[kind] = answer.headers["Location"]
        path, self.sent[kind] = self.paths[kind], form
        self.see(f"builder {kind}", path)
        self.see(f"answering {kind}", f"{path}preview/frame")
        self.see(f"sent {kind}", f"{path}preview/frame?sent=1")
        self.see(f"preview {kind}", f"{path}preview/")
        self.see(f"versions {kind}", f"{path}versions/")

    def refuse(self, kind: str) -> None:
        """The pages that show again what was not stored."""
        form = packed(kind, self.words) | {"version": "1"}
        conflict = send(self.trainer, self.paths[kind], form)
        refused = send(self.trainer, self.paths[kind], form | {"points": self.words.one()})
        drawn = {"objective": self.words.one(), "level": self.words.one(), "lesson": self.words.one(), "do": "redraw"}
        drawn |= {
            name: self.words.tag() for name in form if name.endswith((".key", ".in", ".value", ".tolerance", ".share"))
        }
        redrawn = send(self.trainer, self.paths[kind], form | drawn)
        assert [one.status_code for one in (conflict, refused, redrawn)] == [409, 422, 200]
        for name, answer in (("conflict", conflict), ("refused", refused), ("redrawn", redrawn)):
            self.pages[f"{name} {kind} fr"] = Elements(answer.text)

    def look_around(self) -> None:
        names = {"name_ar": self.words.one(), "name_fr": self.words.one()}
        assert self.trainer.post("/fr/questions/categories/", data=names).status_code == 302
        self.see("categories", "/fr/questions/categories/")
        self.see("coverage", "/fr/questions/coverage/")
        self.see("bank", "/fr/questions/")
        for name in ("q", "tag", "objective", "type"):
            self.see(f"bank {name}", "/fr/questions/?" + urlencode({name: self.words.one()}))
        assert self.trainer.get("/fr/questions/file").status_code == 200

    def take(self, db: Any, attempt: Attempt, now: dt.datetime) -> None:
        base = f"/fr/quizzes/{attempt.quiz_id}/attempts/{attempt.number}/"
        answer_all(db, attempt, now=now)
        kinds = {one.position: one.version.type for one in queries.questions(db, attempt.id)}
        for position, kind in kinds.items():
            self.see(f"learner {kind}", f"{base}{position}/", self.learner)
        assert self.learner.post(f"{base}submit").status_code == 302
        self.see("result", f"{base}result/", self.learner)


def walked(app: Flask, db: Any, trainer: CheckingClient, curriculum: Any, words: Words, name: str, now: Any) -> Walk:
    person = make_person(db, name)
    learner: Any = app.test_client()
    walk = Walk(trainer, learner.signed_in(person), words)
    for kind in TYPES:
        walk.write(kind)
    for kind in ("single_choice", "matching", "numerical", "short_answer", "categorise"):
        walk.refuse(kind)
    walk.look_around()
    database.use_mode(database.WRITE)
    quiz = queries.test_of(db, "concepts")
    assert quiz is not None
    quiz.shuffle = False
    db.execute(sa.delete(QuizItem).where(QuizItem.quiz_id == quiz.id))
    for place, path in enumerate(walk.paths.values(), 1):
        db.add(QuizItem(quiz_id=quiz.id, position=place, question_id=number_of(path), points=1))
    db.flush()
    attempt = start_attempt(db, make_enrolment(db, person), curriculum, now=now)
    walk.take(db, attempt, now)
    return walk


def shapes(page: Elements) -> set[tuple[str, str]]:
    return {(tag, name) for tag, attributes in page.found for name in (*attributes, "")}


def test_the_corpus_is_large_and_each_of_its_strings_is_another() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 300


def test_nothing_that_an_author_types_becomes_markup_on_any_page(
    app: Flask, db: Any, trainer: CheckingClient, curriculum: Any, now: dt.datetime
) -> None:
    """The pages are compared with the same pages full of harmless words: no other element, no other attribute."""
    plain = walked(app, db, trainer, curriculum, Plain(), "chaima", now)
    hostile = walked(app, db, trainer, curriculum, Words(CORPUS), "hind", now)
    known = set().union(*(shapes(page) for page in plain.pages.values()))
    assert hostile.pages.keys() == plain.pages.keys()
    for name, page in hostile.pages.items():
        assert shapes(page) <= known, (name, shapes(page) - known)
        if not name.startswith("bank"):
            counts = [
                Counter(tag for tag, _attributes in one.found if tag in LOADED) for one in (page, plain.pages[name])
            ]
            assert counts[0] == counts[1], name
        for tag, attributes in page.found:
            assert_harmless(name, tag, attributes)
    for kind, form in hostile.sent.items():
        assert_arrived(hostile.pages[f"builder {kind} fr"], form)
    assert_each_was_shown(hostile)


def assert_harmless(name: str, tag: str, attributes: dict[str, str | None]) -> None:
    here = (name, tag, attributes)
    assert MARK not in tag, here
    assert not [one for one in attributes if one.startswith("on") or MARK in one or one in ("style", "srcdoc")], here
    if attributes.get("rel") == "icon":
        attributes = {}
    for one, value in attributes.items():
        text = "".join((value or "").split()).lower()
        if one in ADDRESSES:
            assert not text or (text[0] in "/#?" and text[:2] != "//"), here
        if MARK in text:
            assert one in SHOWING, here
    if tag == "script":
        assert (attributes.get("src") or "").startswith("/assets/"), here


def assert_arrived(page: Elements, form: Form) -> None:
    """What was typed stands in the builder as it was typed, but for direction marks and outer spaces."""
    for name, typed in form.items():
        if name.endswith((".ar", ".fr")):
            wanted = (clean_text(typed), clean_line(typed))
            assert page.held[name][0] in wanted, (name, typed)


def assert_each_was_shown(walk: Walk) -> None:
    """Each string of the corpus stood on a page as words."""
    shown = " ".join(text for page in walk.pages.values() for text in page.texts)
    assert [text for number, text in enumerate(CORPUS) if f"{MARK}{number:03d}q" not in shown] == []


# Queries


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


def test_a_save_after_signing_out_elsewhere_leads_to_the_sign_in_page_and_back(
    client: CheckingClient, curriculum: Any
) -> None:
    page = {"Referer": "http://localhost/fr/questions/new"}
    answer = client.post("/fr/questions/new", data={"stem.fr": "Une question"}, headers=page, csrf=False)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/fr/sign-in?next=/fr/questions/new")
    assert client.post("/fr/sign-in", data={"email": "x"}, csrf=False).status_code == 400
