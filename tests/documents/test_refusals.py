"""What cannot be drawn: letters that no face has, characters that steer direction."""

from __future__ import annotations

import pytest

from lms.documents import CannotDraw, Pair, draw_cards, draw_certificate, draw_paper, undrawable
from lms.documents.blocks import Grid, Heading, Item, Items, Line, Paragraph, Span
from lms.documents.fonts import MissingGlyph, drawable, face
from lms.documents.text import shape
from tests.documents import test_cards, test_certificate
from tests.documents.words import AMIRI, EXACT, NARROW, as_drawn, paper_of, sheet_of

UNPRINTABLE = ["🌟", "👩🏽", "ⵣ", "王", "\U00018d09", "\u0378", "\ue000", "\ufffe", "\U0010ffff", "\ufffc", "\t"]


@pytest.mark.parametrize("text", UNPRINTABLE, ids=lambda text: f"U+{ord(text[0]):04X}")
@pytest.mark.parametrize("around", ["", "mot", "كلمة"])
def test_a_letter_that_no_face_has_is_refused_in_a_sentence(text: str, around: str) -> None:
    for rtl in (True, False):
        with pytest.raises(MissingGlyph, match=r"^U\+[0-9A-F]{4,6} \(.+\) cannot be printed: .+\.$") as refusal:
            sheet_of([(f"{around}{text}{around}", rtl)], AMIRI)
        assert isinstance(refusal.value, CannotDraw)
        assert f"U+{ord(text[0]):04X}" in str(refusal.value)


@pytest.mark.parametrize("text", ["🌟", "ⵣ", "王", "\U00018d09"])
def test_documents_with_such_letters_are_not_drawn(text: str) -> None:
    facts = test_certificate.FACTS
    pair = Pair(f"شيماء {text}", f"Chaïma {text}")
    for draw in (
        lambda: draw_paper(paper_of(Paragraph(text))),
        lambda: draw_paper(paper_of(Heading(text, 1))),
        lambda: draw_paper(paper_of(Paragraph((Span("mot", note=text),)))),
        lambda: draw_paper(paper_of(Paragraph((Span(text, is_group=True),)))),
        lambda: draw_paper(paper_of(Grid(("a",), ((text,),)))),
        lambda: draw_paper(paper_of(Items((Item(text, "mot"),)))),
        lambda: draw_certificate(test_certificate.replace(facts, holder=pair)),
        lambda: draw_cards(test_cards.sheet(test_cards.card(name=pair))),
    ):
        with pytest.raises(CannotDraw, match="cannot be printed"):
            draw()


def test_what_a_face_and_its_stand_in_lack_is_left_out() -> None:
    """A text may stand in bold letters: those faces have fewer."""
    assert undrawable("Études & « R&D » ; pôle : 50 % + 2° “x”، قسم؛") == ""
    assert undrawable("A 𞸀 🌟 & 🌟") == "𞸀🌟"
    assert drawable("A𞸀 🌟&") == "A &"


CONTROLS = (
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\x00"
)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize(("text", "rtl"), [("GSI-2026 (C)", False), ("الرقم GSI-2026 (C)", True)])
def test_characters_that_steer_direction_change_nothing(control: str, text: str, rtl: bool) -> None:
    steered = control + control.join(text) + control
    assert sheet_of([(steered, rtl)], AMIRI) == sheet_of([(text, rtl)], AMIRI)
    words: Line = (Span(steered, is_group=True),)
    assert as_drawn(words, rtl=rtl) == as_drawn((Span(text, is_group=True),), rtl=rtl)


def test_a_letter_that_a_face_lacks_comes_from_another() -> None:
    (run,) = shape(NARROW, "plex", rtl=False)
    assert not face("plex").has(NARROW)
    assert run.face == "amiri"
    assert all(run.face in ("plex", "amiri") for text in EXACT for run in shape(text, "plex", rtl=False))
