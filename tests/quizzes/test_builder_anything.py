"""Anything that a browser, or somebody with a tool, could send to the builder."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.core.bilingual import LANGUAGES
from lms.quizzes import builder, content, lint
from lms.quizzes.content import Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Rows, Words
from lms.quizzes.question_types.short_answer import USUAL, spelling
from tests.quizzes.posted import EXAMPLES, again, posted, whole

SCRAPS = st.sampled_from(
    ["", "a", "b", "A", "0", "1", "-1", "1e9", "1e999", "nan", "٣", "²", "%", "[1]", "[2] [1]", "[٣]", "[1] [1]",
     "[99]", "[*mot] [autre]", "[*]", "[]", "**", "** **", "true", "false", "typed", "chosen", "usual", "careful",
     "each", "all", "0.5", "?", "ليس ", "\u200b", "\u0640", "\ufeff", "a\nb", "a\n\nb\nc", "<b>", "{{ 1 }}", "%(x)s",
     "é", "e\u0301"]
)  # fmt: skip
VALUES = SCRAPS | st.text(max_size=20) | st.lists(SCRAPS, max_size=4).map(" ".join)


def _names() -> list[str]:
    """Every field name of every type, four rows a list, and some that no page has."""
    found = ["", "shown_type", "type", "do", "settings", "settings.", "settings.options", "stem", "image_alt.xx"]
    found += [f"{name}.{lang}" for name in ("stem", "source", "explanation", "image_alt") for lang in LANGUAGES]
    for kind in TYPES.values():
        for part in kind.parts:
            name = f"settings.{part.name}"
            if isinstance(part, Rows):
                columns = [one.name for one in part.values] + [
                    f"{one.name}.{lang}" for one in part.words for lang in LANGUAGES
                ]
                found += [f"{name}.{place}.{column}" for place in range(4) for column in ["key", "in", *columns]]
                found.append(f"{name}.right")
            else:
                found += [f"{name}.{lang}" for lang in LANGUAGES] if isinstance(part, Words) else [name]
    return sorted(set(found))


FORMS = st.builds(
    lambda kind, keys, fields: MultiDict([("shown_type", kind), *keys, *fields]),
    st.sampled_from(["", "nonsense", *TYPES]),
    # The rows have keys, or few forms would have rows.
    st.lists(SCRAPS, max_size=4).map(
        lambda found: [
            (f"settings.{part.name}.{place}.key", key)
            for kind in TYPES.values()
            for part in kind.parts
            if isinstance(part, Rows)
            for place, key in enumerate(found)
        ]
    ),
    st.lists(st.tuples(st.sampled_from(_names()) | st.text(max_size=12), VALUES), max_size=40),
)


@settings(max_examples=150)
@given(form=FORMS, before=st.sampled_from(sorted(TYPES)), act=st.sampled_from(["add", "remove", "up", "down"]))
def test_any_form_is_a_content_that_can_be_kept_checked_and_drawn_again(form: Any, before: str, act: str) -> None:
    said = content.agree(builder.read(form, replace(builder.empty(before), image_id=1)))
    assert Content.from_json(json.loads(json.dumps(said.as_json()))) == said
    assert all(str(one.title) and str(one.advice) for one in lint.findings(said))
    # A value cut in the middle may end with a space, once.
    assert again(again(said)) == again(said)
    builder.too_long(said)
    lint.lengths(said)
    lint.key_places([said.settings] * 5)
    content.digest(said, None)
    content.search_text(said)
    content.writing(said)
    for part in TYPES[said.type].parts:
        if isinstance(part, Rows):
            changed = builder.change_rows(said, f"{act}:{part.name}:1")
            assert changed is not None
            content.changes(said, content.agree(changed))
    for kind in TYPES:
        made = builder.retyped(said, kind)
        assert content.agree(made).type == kind
        lint.findings(made)
        content.changes(said, made)


#: Texts of which something is left to compare; for the others see test_builder_form.py.
SPELT = VALUES.filter(lambda text: all(spelling(line, USUAL) for line in text.splitlines()))


@settings(max_examples=200)
@given(example=st.sampled_from(EXAMPLES), spoilt=st.lists(st.tuples(st.integers(0, 99), SPELT), max_size=3))
def test_what_has_no_fault_can_be_shown_marked_and_said(example: tuple[str, Any], spoilt: list[Any]) -> None:
    """The page of an example with some of its fields changed, so that many stay without fault."""
    page = posted(whole(*example))
    names = [name for name in page if name.startswith("settings.")]
    for place, value in spoilt:
        page[names[place % len(names)]] = value
    said = builder.read(page, replace(builder.empty(example[0]), image_id=1))
    kind = TYPES[said.type]
    if any(one.is_block for one in lint.findings(said)):
        return
    order = kind.draw_order(said.settings, random.Random(1), shuffle=True)
    right = kind.right_answer(said.settings)
    for lang in LANGUAGES:
        assert kind.control(said.settings, order, lang)
    filled = kind.filled(said.settings, order, right)
    assert kind.parse(said.settings, order, filled) == right
    assert kind.grade(said.settings, right).fraction in ((1,) if kind.marked_by == "computer" else (0, None))
    kind.said(said.settings, right)
    kind.model(said.settings)
