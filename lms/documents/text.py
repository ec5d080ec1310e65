"""Text of a line: shaping, measuring, breaking, fitting. A line is broken first, then ordered and shaped.

Words are a plain text or spans of it, of which some are strong, emphasised, raised or one left-to-right group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import uharfbuzz as hb

from lms.core.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, isolate
from lms.documents import DoesNotFit
from lms.documents.bidi import Run as Stretch
from lms.documents.bidi import visual_runs, without_marks
from lms.documents.blocks import Line, Span, Words
from lms.documents.fonts import EMPHASIS, STRONG, Drawn, Face, Part, face, face_for

#: Kerning after ra and waw splits Arabic words for extractors; Latin ligatures would need two letters on one glyph.
_FEATURES = {True: {"kern": False}, False: {"liga": False, "clig": False}}
#: Where a line may be broken; not at the spaces that hold a sign to its word or figure.
_BREAKS = re.compile("[ \t\r\n]+")
_ISOLATED = re.compile(f"{FIRST_STRONG_ISOLATE}([^\\s\u0590-\u08ff{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]+){POP_ISOLATE}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
#: Stands for a left-to-right group while the line around it is ordered: a neutral without direction (UAX 9, isolates).
_GROUP = "\ufffc"
RAISED_SIZE, RAISED_BY = 0.62, 0.36


@dataclass(frozen=True)
class Style:
    """How a line looks. ``size`` and ``tracking`` in points; only Latin is ever tracked."""

    face: str
    size: float
    color: str = "#1B1F1E"
    tracking: float = 0.0


@dataclass(frozen=True)
class Run:
    """Glyphs of one face from left to right. ``lang``: "" for signs and figures, which have that of their line."""

    start: int
    text: str
    lang: str
    face: str
    is_raised: bool
    glyphs: tuple[Drawn, ...]

    @property
    def advance(self) -> float:
        """Width at a size of one point."""
        wide = sum(glyph.advance for glyph in self.glyphs) / face(self.face).units_per_em
        return wide * RAISED_SIZE if self.is_raised else wide


def line(words: Words) -> Line:
    """Words as spans, without characters that have no place on a line.

    Of a plain text what stands in an isolate, without blanks and Arabic, is one left-to-right whole: « 09:00–12:30 ».
    """
    if isinstance(words, str):
        pieces = enumerate(_ISOLATED.split(words))
        words = tuple(Span(text, is_group=bool(place % 2)) for place, text in pieces if text or not place)
    return tuple(replace(span, text=without_marks(span.text)) for span in words)


def plain(words: Words) -> str:
    """Words as typed."""
    return words if isinstance(words, str) else "".join(span.text for span in words)


def shape(words: Words, face_name: str, *, rtl: bool) -> tuple[Run, ...]:
    """The runs of a line from left to right. Raises MissingGlyph for a letter that no face has."""
    return _shape(line(words), face_name, rtl)


@lru_cache(maxsize=512)
def _shape(spans: Line, face_name: str, rtl: bool) -> tuple[Run, ...]:
    text = "".join(_GROUP if span.is_group else span.text for span in spans)
    owners = [span for span in spans for _char in (_GROUP if span.is_group else span.text)]
    for char, span in zip(text, owners, strict=True):
        if not span.is_group:  # before it is ordered: of letters that nobody knows the direction is unknown too
            face_for(char, _face_of(span, face_name))
    runs: list[Run] = []
    for stretch in visual_runs(text, rtl=rtl):
        pieces = list(_pieces(stretch, owners, face_name))
        for start, end, span, used in reversed(pieces) if stretch.is_rtl else pieces:
            if span.is_group:
                inner = _shape((replace(span, is_group=False),), face_name, False)
                runs += [replace(run, start=start) for run in inner]
            else:
                lang = "ar" if stretch.is_rtl else "fr" if _LATIN.search(text[start:end]) else ""
                glyphs = tuple(_shape_run(face(used), text, start, end, stretch.is_rtl))
                runs.append(Run(start, text[start:end], lang, used, span.is_raised, glyphs))
    return tuple(runs)


def _pieces(stretch: Stretch, owners: list[Span], face_name: str) -> Iterator[tuple[int, int, Span, str]]:
    """A run cut where the span or the face changes: start, end, span, face; in the order of typing."""
    open_piece: tuple[int, Span, str] | None = None
    for place, char in enumerate(stretch.text, stretch.start):
        span = owners[place]
        used = face_name if span.is_group else face_for(char, _face_of(span, face_name))
        if open_piece is None or (span, used) != open_piece[1:] or span.is_group:
            if open_piece is not None:
                yield open_piece[0], place, *open_piece[1:]
            open_piece = place, span, used
    if open_piece is not None:
        yield open_piece[0], stretch.start + len(stretch.text), *open_piece[1:]


def _face_of(span: Span, usual: str) -> str:
    if span.is_strong:
        return STRONG.get(usual, usual)
    return EMPHASIS.get(usual, usual) if span.is_emphasised else usual


def _shape_run(used: Face, text: str, start: int, end: int, rtl: bool) -> list[Drawn]:
    """Glyphs of a part of a text; the letters beside it decide how its own join."""
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text, start, end - start)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = "Arab" if rtl else "Latn"
    buffer.language = "ar" if rtl else "fr"
    hb.shape(used.hb_font, buffer, _FEATURES[rtl])
    glyphs = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _position in glyphs})
    ends = dict(zip(starts, [*starts[1:], end], strict=True))
    drawn: list[Drawn] = []
    place = 0
    while place < len(glyphs):
        cluster = glyphs[place][0].cluster
        group = []
        while place < len(glyphs) and glyphs[place][0].cluster == cluster:
            group.append(glyphs[place])
            place += 1
        drawn += _cluster(used, group, text[cluster : ends[cluster]])
    return drawn


def _cluster(used: Face, group: list[tuple[hb.GlyphInfo, hb.GlyphPosition]], text: str) -> list[Drawn]:
    """Glyphs that stand for one piece of text, each with the letter it gives back."""
    parts = []
    pen = 0
    for info, position in group:
        name = used.glyph_names[info.codepoint]
        parts.append((Part(name, pen + position.x_offset, position.y_offset), position.x_advance))
        pen += position.x_advance
    if len(parts) == 1:
        part, advance = parts[0]
        main = Drawn((Part(part.glyph, 0, 0),), text[-1], advance, part.x, part.y)
    else:
        main = Drawn(tuple(part for part, _advance in parts), text[-1], pen, 0, 0)
    # In a right-to-left run the earlier letters stand to the right of the last one.
    return [main, *(Drawn((), char, 0, 0, 0) for char in reversed(text[:-1]))]


def width(words: Words, style: Style, *, rtl: bool) -> float:
    """Width of a line in points."""
    return _advance(line(words), style.face, rtl) * style.size + style.tracking * max(len(plain(words)) - 1, 0)


@lru_cache(maxsize=16384)
def _advance(spans: Line, face_name: str, rtl: bool) -> float:
    """Width at a size of one point: kept for many more words than their glyphs are."""
    return sum(run.advance for run in _shape(spans, face_name, rtl))


def break_words(words: Words, style: Style, limit: float, *, rtl: bool) -> list[Line]:
    """The words as lines not wider than ``limit`` points; a word that is longer goes on on the next line."""
    lines: list[Line] = []
    space = width(" ", style, rtl=rtl)
    waiting = _words(line(words))[::-1]
    while waiting:
        *whole, word = _cut(waiting.pop(), style, limit, rtl=rtl)
        lines += whole
        taken, left = [word], width(word, style, rtl=rtl)
        while waiting and (left := left + space + width(waiting[-1], style, rtl=rtl)) <= limit:
            taken.append(waiting.pop())
        # Beside words of the other direction signs take other glyphs, wider ones too: the line itself is asked.
        while len(taken) > 1 and width(_spaced(taken), style, rtl=rtl) > limit:
            waiting.append(taken.pop())
        lines.append(_spaced(taken))
    return lines


def break_lines(text: str, style: Style, limit: float, *, rtl: bool) -> list[str]:
    """As ``break_words``, of a plain text; its isolates stay."""
    lines = break_words(text, style, limit, rtl=rtl)
    return ["".join(isolate(span.text) if span.is_group else span.text for span in one) for one in lines]


def _words(spans: Line) -> list[Line]:
    """The spans cut at spaces; a word may be of several spans, a group is one word's part."""
    words: list[list[Span]] = [[]]
    for span in spans:
        if span.is_group:
            words[-1].append(span)
            continue
        for place, text in enumerate(_BREAKS.split(span.text)):
            if place:
                words.append([])
            if text:
                words[-1].append(replace(span, text=text))
    return [tuple(word) for word in words if word]


def _spaced(words: list[Line]) -> Line:
    """Words as a line: before each but the first a space that looks as they do."""
    first, *others = words
    spaces = (replace(word[0], text=" ", is_group=False, is_raised=False) for word in others)
    return _joined((*first, *(span for space, word in zip(spaces, others, strict=True) for span in (space, *word))))


def _joined(spans: Line) -> Line:
    """Spans of the same looks as one: letters and spaces are shaped together."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and not span.is_group and replace(span, text=last.text) == last:
            joined[-1] = replace(span, text=last.text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def _cut(word: Line, style: Style, limit: float, *, rtl: bool) -> list[Line]:
    """The word; if it is longer than the line cut between letters, its marks with their letters."""
    if width(word, style, rtl=rtl) <= limit:
        return [word]
    pieces: list[Line] = []
    taken: Line = ()
    for span in word:
        for letter in re.findall(r".[\u0300-\u036f\u064b-\u065f\u0670]*", span.text, re.S):
            longer = _continued(taken, replace(span, text=letter))
            if taken and width(longer, style, rtl=rtl) > limit:
                pieces.append(taken)
                taken = (replace(span, text=letter),)
            else:
                taken = longer
    return [*pieces, taken]


def _continued(taken: Line, letter: Span) -> Line:
    """The spans with a letter more; in a group the letters stay one."""
    if taken and replace(letter, text=taken[-1].text) == taken[-1]:
        return (*taken[:-1], replace(letter, text=taken[-1].text + letter.text))
    return (*taken, letter)


def fit(
    text: str, style: Style, limit: float, *, rtl: bool, floor: float, most_lines: int = 1
) -> tuple[list[str], Style]:
    """One line, smaller down to ``floor`` points; where that is too small, two lines or more.

    Raises DoesNotFit when even ``most_lines`` lines at the floor's size are too few, or a word is too long for one.
    """
    for count in range(1, most_lines + 1):
        size = style.size
        while size >= floor:
            sized = _of_size(style, size)
            lines = _unbroken(text, sized, limit, rtl=rtl)
            if lines is not None and len(lines) <= count:
                return lines, sized
            size -= 0.5
    raise DoesNotFit(text)


def _unbroken(text: str, style: Style, limit: float, *, rtl: bool) -> list[str] | None:
    """The lines of a text; None where a word would have to be cut."""
    if any(width(word, style, rtl=rtl) > limit for word in _BREAKS.split(text)):
        return None
    return break_lines(text, style, limit, rtl=rtl)


def squeezed(
    text: str, style: Style, limit: float, *, rtl: bool, floor: float, most_lines: int = 2
) -> tuple[list[str], Style]:
    """As ``fit``, but smaller than the floor rather than refused: for labels, and papers of many people."""
    try:
        return fit(text, style, limit, rtl=rtl, floor=floor, most_lines=most_lines)
    except DoesNotFit:
        small = _of_size(style, floor)
        while (lines := _unbroken(text, small, limit, rtl=rtl)) is None or len(lines) > most_lines:
            small = _of_size(small, small.size * 0.9)
        return lines, small


def shrunk(text: str, style: Style, limit: float, *, rtl: bool) -> Style:
    """The style, as much smaller as the one line needs: for labels whose length is known to be modest."""
    wide = width(text, style, rtl=rtl)
    return style if wide <= limit else _of_size(style, style.size * limit / wide)


def _of_size(style: Style, size: float) -> Style:
    """The style in another size, tracked as much less or more."""
    return replace(style, size=size, tracking=style.tracking * size / style.size)
