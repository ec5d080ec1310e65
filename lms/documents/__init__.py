"""Paper: shaping and drawing of Arabic and French on PDF pages. Knows no feature and no person.

Importing this package is cheap; the drawing libraries are loaded by the first ``draw_…`` call.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from lms.core.feature import Feature
from lms.documents import hooks
from lms.documents.blocks import Paper
from lms.documents.commands import signing_key

#: Characters of Arabic and Latin names that every face used for names has; a test asks the faces.
_PRINTABLE = re.compile(
    "[ ',.()/0-9A-Za-z\u00a0\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0300-\u0308"
    "\u060c\u0610-\u061a\u0620-\u06d3\u1e0a-\u1e0d\u1e24\u1e25\u1e62\u1e63\u1e6c\u1e6d\u1e92\u1e93"
    "\u2010-\u2014\u2018\u2019\u202f-]"
)


#: Letters of a name, and of one of its words, that a certificate has room for; a test draws the widest ones.
LONGEST_NAME, LONGEST_WORD = 105, 35


class CannotDraw(ValueError):
    """A document that cannot be drawn as it should be: none is given then. Says why, in a sentence."""


class DoesNotFit(CannotDraw):
    """A text that has no room even in the smallest letters a document uses: better none than one cut off."""

    def __init__(self, text: str) -> None:
        super().__init__(f"« {text[:40]}… » is too long for its place in the document.")


@dataclass(frozen=True)
class Meta:
    """What a document says of itself. ``made_on``: its date, so that equal input gives equal bytes."""

    title: str
    author: str
    lang: str
    made_on: dt.date
    subject: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file inside a document."""

    name: str
    content: bytes
    mime_type: str
    description: str


@dataclass(frozen=True)
class Pair:
    """The same thing in Arabic and in French; one of them may be empty."""

    ar: str
    fr: str


@dataclass(frozen=True)
class ModuleLine:
    """A module on a certificate with its nominal minutes."""

    title: Pair
    minutes: int


@dataclass(frozen=True)
class Signer:
    """Who signs: name and function in both languages, the scans as PNG where there are any."""

    name: Pair
    function: Pair
    signature: bytes = b""
    stamp: bytes = b""


@dataclass(frozen=True)
class CertificateFacts:
    """All that a certificate prints. Equal facts give equal bytes."""

    #: "achievement" or "participation".
    kind: str
    #: Lines at the head: programme, then who issues.
    issuer: tuple[Pair, ...]
    holder: Pair
    organisation: Pair
    cohort: Pair
    modules: tuple[ModuleLine, ...]
    objectives: tuple[Pair, ...]
    starts_on: dt.date
    ends_on: dt.date
    hours: Pair
    pass_percent: int
    issued_on: dt.date
    serial: str
    #: Address that the QR opens; its last part is the code.
    url: str
    #: Functions under the two lines for signatures.
    signatories: tuple[Pair, ...]
    replaces: str | None = None
    #: People who sign, in place of ``signatories`` where they are known.
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True)
class InvitationCard:
    """One card: whose, the one-time address that its QR opens, the sign-in name of whoever has no address."""

    name: Pair
    organisation: Pair
    url: str
    code: str = ""


@dataclass(frozen=True)
class CardSheet:
    """Cards to print and cut out."""

    programme: Pair
    expires_on: dt.date
    cards: tuple[InvitationCard, ...]


@dataclass(frozen=True)
class Slot:
    """A half-day on the sheet of a day."""

    #: Morning or afternoon.
    part: Pair
    #: « 08:30–12:00 », the same in both languages.
    times: str


@dataclass(frozen=True)
class SheetRow:
    """One person: the code of the row, and for each half-day what is known; None: an empty cell to sign in."""

    #: « 7K »: what is typed in afterwards.
    code: str
    name: Pair
    #: One for each of the sheet's columns.
    cells: tuple[Pair, ...]
    said: tuple[Pair | None, ...]


@dataclass(frozen=True)
class SheetLogo:
    """A logo above the sheet: a PNG file, and what it shows."""

    body: bytes
    name: str


@dataclass(frozen=True)
class SheetLayout:
    """What a cohort's sheets look like where a donor asks for something of its own. Empty: as the product has it."""

    title: Pair = Pair("", "")
    #: Headings of what is printed of each person, and of columns that are filled in by hand.
    columns: tuple[Pair, ...] = (Pair("الهيئة", "Organisme"),)
    blanks: tuple[Pair, ...] = ()
    logos: tuple[SheetLogo, ...] = ()
    footer: Pair = Pair("", "")


@dataclass(frozen=True)
class AttendanceSheet:
    """The sheet of a day of a meeting. Equal facts give equal bytes."""

    programme: Pair
    title: Pair
    cohort: Pair
    #: Day, place and time zone.
    when: Pair
    #: Names the meeting and the day for whoever files it.
    reference: str
    slots: tuple[Slot, ...]
    rows: tuple[SheetRow, ...]
    trainers: Pair
    made_on: dt.date
    #: Who countersigned, a line for each half-day that is closed.
    signed: tuple[Pair, ...] = ()
    #: « 23 / 24 » of each half-day, empty of one that is open; none at all while nothing is closed.
    totals: tuple[str, ...] = ()
    #: Corrections, in the order of the numbers in the cells.
    notes: tuple[Pair, ...] = ()
    layout: SheetLayout = SheetLayout()


@dataclass(frozen=True)
class GridSheetRow:
    """One person of a grid: cells of the half-days, then the totals, as they are printed."""

    number: int
    name: str
    organisation: str
    cells: tuple[str, ...]
    totals: tuple[str, ...]


@dataclass(frozen=True)
class GridSheet:
    """People × half-days in one language. Equal facts give equal bytes."""

    lang: str
    programme: str
    title: str
    cohort: str
    #: Of when the figures are, and what they are narrowed to.
    facts: str
    #: What the signs of the cells stand for.
    legend: str
    #: Heads of the number, the name and the organisation.
    columns: tuple[str, str, str]
    #: Two lines for each half-day: day, time.
    heads: tuple[tuple[str, ...], ...]
    #: Heads of the totals.
    totals: tuple[str, ...]
    rows: tuple[GridSheetRow, ...]
    counts_title: str
    #: For each half-day.
    counts: tuple[str, ...]
    definitions_title: str
    definitions: tuple[tuple[str, str], ...]
    made_on: dt.date


def unprintable(text: str) -> str:
    """Characters that names of people do not have, each once; empty when all can be drawn.

    Asked before a name is confirmed: without loading a face, so that a web worker stays small. Narrower than the
    faces: of any other text (« R&D : 50 % ») ask ``undrawable``.
    """
    return "".join(dict.fromkeys(_PRINTABLE.sub("", text)))


def has_room(name: str) -> bool:
    """Whether a certificate has room for a name: asked before it is issued, without loading a face."""
    return len(name) <= LONGEST_NAME and all(len(word) <= LONGEST_WORD for word in name.split())


def draw_certificate(facts: CertificateFacts) -> bytes:
    """One A4 landscape page as PDF. Raises CannotDraw: a letter that no face has, a name without end."""
    from lms.documents import certificate

    return certificate.draw(facts)


def draw_paper(paper: Paper) -> bytes:
    """A lesson, module or guide as PDF. Raises CannotDraw."""
    from lms.documents import paper as drawing

    return drawing.draw(paper)


def draw_attendance(*sheets: AttendanceSheet) -> bytes:
    """The sheets of one or more days as PDF, each with its own page numbers; letters that no face has are left out."""
    from lms.documents import attendance_sheet

    return attendance_sheet.draw(*sheets)


def undrawable(text: str) -> str:
    """Characters that no document could show, each once: forms refuse them, sheets and cards leave them out.

    The faces are asked only about unusual characters: they take a while to load.
    """
    if not unprintable(text):
        return ""
    from lms.documents.fonts import drawable

    kept = drawable(text)
    return "".join(one for one in dict.fromkeys(text) if one not in kept)


def layout_fault(layout: SheetLayout) -> str:
    """What of a layout does not fit: "title", "columns", "heading" or "footer"; empty when all does."""
    from lms.documents import attendance_sheet

    return attendance_sheet.fault_of(layout)


def draw_attendance_grid(sheet: GridSheet) -> bytes:
    """People × half-days as PDF; letters that no face has are left out."""
    from lms.documents import attendance_grid

    return attendance_grid.draw(sheet)


def draw_cards(sheet: CardSheet) -> bytes:
    """A4 pages of invitation cards as PDF, with the list of who gets one."""
    from lms.documents import cards

    return cards.draw(sheet)


feature = Feature(name="documents", commands=[signing_key], health=hooks.health, init_app=hooks.keep_keyring)
