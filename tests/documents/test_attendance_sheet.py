"""The sheet of a day: everybody once, cells to sign in or what was marked, corrections, both languages."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from lms.documents import AttendanceSheet, Pair, SheetLayout, SheetLogo, SheetRow, Slot, draw_attendance, layout_fault
from lms.documents import attendance_sheet as drawing
from lms.documents.attendance_sheet import ROWS
from tests.core.test_scans import picture
from tests.documents.test_cards import LONG, LONG_ORGANISATION, ORGANISATION, PROGRAMME, texts
from tests.documents.words import inks

ARABIC = [
    "ورقة", "الحضور", "السياق", "والمفاهيم", "المكتب", "الوطني", "للصيد", "حضور", "أمين", "برادة", "توقيع", "هيئة",
    "التكوين",
]  # fmt: skip
PRESENT = Pair("حضور", "Présence")
EMPTY = Pair("", "")


def row(number: int, *said: Pair | None, name: Pair | None = None) -> SheetRow:
    return SheetRow(f"{number}K", name or Pair(f"مريم {number}", f"Meryem {number:02d}"), (ORGANISATION,), said)


def sheet(*rows: SheetRow, **changes: object) -> AttendanceSheet:
    made = AttendanceSheet(
        programme=PROGRAMME,
        title=Pair("السياق والمفاهيم", "Contexte et concepts"),
        cohort=Pair("دورة نونبر", "Session de novembre"),
        when=Pair("الاثنين 23 نونبر 2026 · الرباط", "Lundi 23 novembre 2026 · Rabat"),
        reference="12-2026-11-23",
        slots=(Slot(Pair("صباحا", "matin"), "09:00–12:30"), Slot(Pair("بعد الزوال", "après-midi"), "14:00–17:00")),
        rows=rows,
        trainers=Pair("أمين برادة", "Amine Berrada"),
        made_on=dt.date(2026, 11, 23),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def empty(count: int) -> AttendanceSheet:
    return sheet(*(row(number, None, None) for number in range(1, count + 1)))


def test_it_says_what_when_and_who_in_both_languages() -> None:
    (page,) = texts(draw_attendance(sheet(row(1, PRESENT, None), signed=(Pair("توقيع", "matin : contresignature"),))))
    for words in (
        "Feuille d’émargement", "Contexte et concepts", "Session de novembre", "Lundi 23 novembre 2026", "09:00–12:30",
        "14:00–17:00", "Meryem 01", "Office national des pêches", "Présence", "Amine Berrada",
        "Signature de l’équipe de formation", "matin : contresignature", "12-2026-11-23", "1 / 1",
    ):  # fmt: skip
        assert words in page, words
    # PDFium gives the words of an Arabic line that stands beside a French one in another order.
    for word in ARABIC:
        assert word in page, word
    assert page.count("Présence") == 1


@pytest.mark.parametrize(
    ("people", "sizes"), [(0, [0]), (1, [1]), (ROWS, [ROWS]), (ROWS + 1, [ROWS - 4, 5]), (40, [ROWS, ROWS - 1, 5])]
)
def test_everybody_stands_on_it_once_and_nobody_alone_on_a_page(people: int, sizes: list[int]) -> None:
    pages = texts(draw_attendance(empty(people)))
    assert [page.count("Meryem") for page in pages] == sizes
    assert all("Nom et prénom" in page for page in pages)
    # Beside an Arabic line PDFium reads what is drawn « 1 / 2 » from the right.
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(sizes)}" in page or f"{len(sizes)} / {number}" in page
    # The training team signs once, below the last rows.
    assert [("Signature de l’équipe" in page) for page in pages] == [False] * (len(sizes) - 1) + [True]


#: A correction of two lines goes that far below where it starts.
NOTE_LINE = 11.0


def heights(pdf: bytes, words: str) -> list[float]:
    """How high on the first page each place stands where some words are read, in points from its lower edge."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    search, found = page.search(words), []
    while place := search.get_next():
        found.append(page.get_charbox(place[0])[1])
    return found


NOTE = Pair("مريم: حضور عوض غياب", "Meryem 01 : Présence au lieu de Absence · OFPPT")


def test_corrections_stand_under_the_rows_where_there_is_room_and_else_on_a_page_of_their_own() -> None:
    said = Pair("حضور (1)", "Présence (1)")
    (page,) = texts(draw_attendance(sheet(row(1, said, None), notes=(NOTE,))))
    assert page.index("Présence (1)") < page.index("Corrections") < page.index("1. Meryem 01 : Présence au lieu de")

    full = [row(number, said, None) for number in range(1, ROWS + 1)]
    pages = texts(draw_attendance(sheet(*full, notes=(NOTE,))))
    assert [("Corrections" in one, "Signature de l’équipe" in one) for one in pages] == [(False, True), (True, False)]


@pytest.mark.parametrize("count", range(1, ROWS + 1))
def test_corrections_never_run_into_the_signatures(count: int) -> None:
    """Every number of rows with every number of corrections that could stand below it: each line has its own room."""
    for corrections in (1, 3, 6, 12):
        rows = [row(number, PRESENT, PRESENT) for number in range(1, count + 1)]
        pdf = draw_attendance(sheet(*rows, notes=(NOTE,) * corrections, totals=("1 / 1", "1 / 1")))
        assert min(heights(pdf, "Meryem")) >= drawing.SIGNATURES_TOP - NOTE_LINE


def test_who_countersigned_has_a_line_for_each_half_day() -> None:
    signed = tuple(Pair("صباحا: توقيع أمين", f"demi-journée {number} : contresignature") for number in (1, 2, 3))
    pdf = draw_attendance(sheet(row(1, PRESENT, PRESENT), signed=signed))
    lines = [round(one) for one in heights(pdf, "demi-journée")]
    assert lines == sorted(set(lines), reverse=True)
    assert len(lines) == 3


def test_a_half_day_alone_has_room_for_what_was_marked_and_corrected() -> None:
    (_number, name, _organisation, cell) = drawing.columns(1)
    assert cell[1] - cell[0] > drawing.SIGN_WIDTH
    assert name[1] - name[0] > drawing.LEAST_NAME_WIDTH
    said, one = (
        Pair("غياب مبرر · تصحيح (1)", "Absence justifiée · correction (1)"),
        Slot(Pair("صباحا", "matin"), "09:00"),
    )
    pdf = draw_attendance(sheet(row(1, said), slots=(one,)))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert min(ink.size for ink in inks(document.pages[0]) if 500 < ink.y < 700 and ink.text) >= 6.8


def test_the_last_line_of_a_closed_list_is_its_total() -> None:
    rows = [row(number, PRESENT, None) for number in range(1, ROWS + 1)]
    pages = texts(draw_attendance(sheet(*rows, totals=("17 / 18", ""))))
    assert [("17 / 18" in one or "18 / 17" in one) for one in pages] == [False, True]
    assert "Total des présences" not in texts(draw_attendance(empty(3)))[0]


def test_its_digest_follows_every_word() -> None:
    made = empty(3)
    found = {drawing.digest_of(one) for one in (
        made, replace(made, title=Pair("", "Planification")), replace(made, rows=made.rows[:2]),
        replace(made, notes=(NOTE,)), replace(made, signed=(NOTE,)),
    )}  # fmt: skip
    assert len(found) == 5
    assert drawing.digest_of(made) == drawing.digest_of(empty(3))
    assert drawing.digest_of(made) in texts(draw_attendance(made))[0]


@pytest.mark.parametrize("name", [LONG, Pair("", "Zoë 🙂 İzmir"), Pair("مَرْيَمُ", ""), Pair("王芳", "王芳"), EMPTY])
def test_no_name_stops_a_sheet(name: Pair) -> None:
    (page,) = texts(draw_attendance(sheet(replace(row(1, None, None, name=name), cells=(LONG_ORGANISATION,)))))
    assert "🙂" not in page
    assert "Nom et prénom" in page


def test_letters_left_out_are_said_with_the_rows_that_lack_them() -> None:
    """Whoever signs would look for a name that nobody can read."""
    strange = [row(number, None, None, name=Pair("", f"Zoé {letter}")) for number, letter in ((2, "王"), (30, "🙂"))]
    people = [*(row(number, None, None) for number in range(3, 41)), *strange]
    first, *_between, last = texts(draw_attendance(sheet(*people)))
    assert "Lettres" not in first
    assert "Lettres de noms qui ne peuvent pas être imprimées, lignes : 2K, 30K" in last
    assert "طباعتها" in last
    assert "Lettres" not in "".join(texts(draw_attendance(empty(3))))
    assert "Lettres de noms" in texts(draw_attendance(sheet(*people * 9)))[-1]


def test_equal_facts_give_equal_bytes() -> None:
    assert draw_attendance(empty(3)) == draw_attendance(empty(3))


@pytest.mark.parametrize("count", [4, 6])
def test_a_day_of_many_half_days_keeps_room_for_names(count: int) -> None:
    slots = tuple(Slot(Pair("صباحا", "matin"), f"{8 + place:02d}:00–{8 + place:02d}:50") for place in range(count))
    (page,) = texts(draw_attendance(sheet(row(1, *[PRESENT] * count), slots=slots)))
    assert page.count("Présence") == count
    assert "Meryem 01" in page
    (number, name, *_rest) = drawing.columns(count)
    assert name[1] - name[0] >= drawing.LEAST_NAME_WIDTH
    assert number[0] == name[1]


def test_many_corrections_go_on_to_further_pages() -> None:
    notes = tuple(Pair(f"تصحيح {number}", f"Correction n° {number:03d} · {'x' * 90}") for number in range(1, 71))
    pdf = draw_attendance(sheet(row(1, PRESENT, None), notes=notes))
    pages = texts(pdf)
    said = "".join(pages[1:])
    assert all(f"Correction n° {number:03d}" in said for number in range(1, 71))
    document = pikepdf.open(io.BytesIO(pdf))
    read = [ink for page in document.pages[1:] for ink in inks(page) if ink.text and ink.mark is not None]
    assert min(ink.y for ink in read) >= drawing.FOOT


FULL = SheetLayout(
    title=Pair("لائحة المشاركة", "Liste de présence"),
    columns=(Pair("الهيئة", "Organisme"), Pair("الوظيفة", "Fonction")),
    blanks=(Pair("رقم البطاقة", "N° CIN"),),
    footer=Pair("بتمويل", "Financé par l’Union européenne"),
)  # fmt: skip


SIGNED = (
    Pair(
        "صباحا: توقيع أمين برادة بنعبد الله · 23 نونبر 2026 · 12:41",
        "matin\u00a0: contresignature, Amine Berrada Benabdellah · 23 novembre 2026 · 12:41",
    ),
    Pair(
        "بعد الزوال: توقيع أمين برادة بنعبد الله · 23 نونبر 2026 · 17:10",
        "après-midi\u00a0: contresignature, Amine Berrada Benabdellah de la Tour du Pin · 23 novembre 2026 · 17:10",
    ),
)


def logo(width: int, height: int) -> SheetLogo:
    return SheetLogo(picture("PNG", (width, height)), f"Logo du projet {width}")


#: As it is once all is closed: statuses, a name without Arabic letters, corrections, who countersigned.
CLOSED = replace(
    empty(0),
    rows=(
        replace(row(1, PRESENT, Pair("غياب مبرر (1)", "Absence justifiée (1)")), cells=(ORGANISATION, EMPTY)),
        replace(row(2, EMPTY, None, name=Pair("", "Zoë")), cells=(EMPTY, PRESENT)),
    ),
    signed=SIGNED,
    notes=(Pair("مريم: غياب > حضور", "Meryem 01: Absence > Présence · OFPPT"),),
    layout=replace(FULL, logos=(logo(300, 200),)),
)


@pytest.mark.parametrize("half_days", [1, 2, 4, 6])
def test_who_countersigned_can_be_read_however_many_half_days_a_day_has(half_days: int) -> None:
    pdf = draw_attendance(replace(CLOSED, notes=(), signed=(SIGNED * 3)[:half_days]))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        below = [ink for ink in inks(document.pages[0]) if ink.text and ink.mark is not None and ink.y < 105]
    assert min(ink.size for ink in below) >= drawing.LEAST_SIZE
    assert min(ink.y for ink in below) >= drawing.FOOT
    (page,) = texts(pdf)
    assert page.count("contresignature") == half_days
    # What is signed by hand has its room: below the trainers' names nothing is written for two centimetres.
    first = max(heights(pdf, "contresignature"))
    (heading,) = heights(pdf, drawing.TRAINERS.fr)
    assert heading - first >= 60


@pytest.mark.parametrize("sizes", [(), ((300, 200),), ((900, 20), (20, 900)), ((50, 50), (400, 400), (3, 3))])
def test_a_layout_of_its_own_is_drawn_tagged_and_the_same_each_time(sizes: tuple[tuple[int, int], ...]) -> None:
    layout = replace(FULL, logos=tuple(logo(*size) for size in sizes))
    people = [replace(row(number, None, None), cells=(ORGANISATION, PRESENT)) for number in range(1, 41)]
    pdf = draw_attendance(sheet(*people, layout=layout))
    assert pdf == draw_attendance(sheet(*people, layout=layout))
    pages = texts(pdf)
    # Logos take the room of two rows.
    assert [page.count("Meryem") for page in pages] == ([16, 16, 8] if sizes else [18, 17, 5])
    for page in pages:
        for words in ("Liste de présence", "Fonction", "N° CIN", "Financé par l’Union européenne"):
            assert words in page, words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        parts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
        alts = [str(one.Alt) for one in parts if "/Alt" in one]
        lowest = min(ink.y for ink in inks(document.pages[0]) if ink.text and ink.mark is not None)
    assert alts.count("cellule à remplir") == 40
    assert alts.count("cellule à signer") == 80
    assert {one for one in alts if one.startswith("Logo")} == {f"Logo du projet {width}" for width, _height in sizes}
    assert lowest >= drawing.FOOT


def test_a_cell_to_sign_is_large_enough() -> None:
    millimetre = 72 / 25.4
    assert 9 * millimetre <= drawing.ROW_HEIGHT
    assert 20 * millimetre <= drawing.LEAST_SIGN_WIDTH


@pytest.mark.parametrize(
    ("changed", "fault"),
    [({}, ""), ({"title": Pair("", "W" * 40)}, "title"), ({"footer": Pair("ب" * 200, "")}, "footer"),
     ({"blanks": (Pair("", "Numéro d’immatriculation"),)}, "heading"), ({"blanks": FULL.blanks * 2}, "columns")],
)  # fmt: skip
def test_what_does_not_fit_is_named(changed: dict[str, object], fault: str) -> None:
    assert layout_fault(replace(FULL, **changed)) == fault  # type: ignore[arg-type]


def test_several_days_are_one_file_each_with_its_own_page_numbers() -> None:
    pages = texts(draw_attendance(empty(20), replace(empty(3), reference="12-2026-11-24")))
    assert [("12-2026-11-24" in page) for page in pages] == [False, False, True]
    assert "1 / 1" in pages[2]
