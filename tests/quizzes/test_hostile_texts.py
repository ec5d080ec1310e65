"""A corpus of hostile strings through every text field, on every page that shows them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core.text import clean_line, clean_text
from lms.quizzes import queries
from lms.quizzes.content import LANGUAGES
from lms.quizzes.models import Attempt, QuizItem
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Rows
from tests.factories import answer_all, make_enrolment, make_person, start_attempt
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    Elements,
    Form,
    form_of,
    number_of,
    opened,
    said,
    send,
)
from tests.quizzes.xss_corpus import CORPUS, MARK

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
        return f"Mot نص **{next(self._numbers)}** *x* 5\u00a0%" if not bare else f"Mot {next(self._numbers)}"

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
        kinds = {one.position: one.version.type for one in queries.attempts.questions(db, attempt.id)}
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
    quiz = queries.attempts.test_of(db, "concepts")
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
