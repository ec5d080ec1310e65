"""What a trainer's browser sends to the builder, and what the page that comes back says where."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from lms.core import db as database
from lms.core.i18n import locale_of
from lms.quizzes import content, services
from lms.quizzes.content import LANGUAGES, Content
from lms.quizzes.models import Question
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Rows, Value
from tests.pages import CheckingClient

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
    return services.bank.content_of(db, question_at(db, path))
