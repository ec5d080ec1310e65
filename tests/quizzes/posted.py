"""What the builder's page of a question posts, without a page."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from lms.core.bilingual import LANGUAGES
from lms.quizzes import builder, content
from lms.quizzes.content import NO_WORDS, Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import example_row, words
from lms.quizzes.question_types.parts import Rows, Value
from lms.quizzes.views.builder import field_id

EXAMPLES = [(key, example) for key, kind in TYPES.items() for example in kind.examples]
IDS = [f"{key}-{number}" for key, kind in TYPES.items() for number, _example in enumerate(kind.examples)]
BY_EXAMPLE = pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=IDS)
BY_ROWS = pytest.mark.parametrize(
    ("kind", "part"),
    [pytest.param(key, part, id=f"{key}-{part.name}") for key, kind in TYPES.items() for part in kind.parts
     if isinstance(part, Rows)],
)  # fmt: skip
PAIRS = pytest.mark.parametrize("kinds", [(one, other) for one in TYPES for other in TYPES], ids="-".join)


def whole(kind: str, example: Any) -> Content:
    """A question with every text and value, as the page draws it; examples leave out what has a default."""
    made: dict[str, Any] = {}
    for part in TYPES[kind].parts:
        if isinstance(part, Rows):
            made[part.name] = [_whole_row(part, row) for row in example.get(part.name, [])]
        else:
            default = part.default if isinstance(part, Value) else dict(NO_WORDS)
            made[part.name] = example.get(part.name, default)
    if "right" in example:
        made["right"] = list(example["right"])
    return Content(
        kind,
        stem=words("سؤال؟\n\nسطر", "Question\u00a0?\n\n- ligne"),
        source=words("المصدر", "Source"),
        explanation=words("لأن", "Parce que"),
        settings=made,
        image_id=7,
        image_alt=words("صورة", "Image"),
        points=3,
        lesson="concepts/reading#gap",
    )


def _whole_row(part: Rows, row: Any) -> dict[str, Any]:
    made = {"key": row["key"]} | {one.name: row.get(one.name, dict(NO_WORDS)) for one in part.words}
    made |= {one.name: row.get(one.name, one.default) for one in part.values}
    return made | ({"in": row["in"]} if part.picks else {})


def posted(said: Content) -> builder.Form:
    """What the page of ``said`` sends: a field for each text, value, key and tick, by the names of ``field_id``."""
    form: builder.Form = MultiDict([("shown_type", said.type)])
    for place in content.texts_of(said):
        for lang in LANGUAGES:
            form.add(field_id(place.path, lang), place.texts.get(lang, "").replace("\n", "\r\n"))
    for part in TYPES[said.type].parts:
        if isinstance(part, Value):
            _add_value(form, ("settings", part.name), part, said.settings[part.name])
        elif isinstance(part, Rows):
            for number, row in enumerate(said.settings[part.name]):
                path = ("settings", part.name, number)
                form.add(field_id((*path, "key")), row["key"])
                for value in part.values:
                    _add_value(form, (*path, value.name), value, row[value.name])
                if part.picks:
                    form.add(field_id((*path, "in")), row["in"])
            if part.mark:
                for row in said.settings[part.name]:
                    if row["key"] in said.settings["right"]:
                        form.add(f"settings.{part.name}.right", row["key"])
    return form


def _add_value(form: builder.Form, path: tuple[Any, ...], part: Value, held: Any) -> None:
    if part.kind != "tick":
        form.add(field_id(path), str(held))
    elif held:
        form.add(field_id(path), "1")


def again(said: Content) -> Content:
    """What is read of the page of ``said``, as a save would."""
    return builder.read(posted(said), said)


def keys(said: Content, name: str) -> list[str]:
    return [row["key"] for row in said.settings[name]]


def single(*names: str, right: str = "") -> Content:
    return whole("single_choice", {"options": [example_row(key) for key in names], "right": list(right)})
