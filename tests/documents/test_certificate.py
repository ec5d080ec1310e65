"""The certificate's page: what programs read from it, what a phone reads from its QR, what long names do to it."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from lms.documents import (
    LONGEST_NAME,
    LONGEST_WORD,
    CertificateFacts,
    DoesNotFit,
    ModuleLine,
    Pair,
    Signer,
    draw_certificate,
    has_room,
    unprintable,
)
from lms.documents import certificate as drawing
from lms.documents.fonts import MissingGlyph, face
from tests.documents.words import inks

FACTS = CertificateFacts(
    kind="achievement",
    issuer=(
        Pair("برنامج مقاربة النوع والإدماج الاجتماعي", "Programme genre et inclusion sociale"),
        Pair("فريق البرنامج", "Équipe du programme"),
    ),
    holder=Pair("شيماء العلوي الإدريسي", "Chaïma Alaoui El Idrissi"),
    organisation=Pair(
        "مكتب التكوين المهني وإنعاش الشغل", "Office de la formation professionnelle et de la promotion du travail"
    ),
    cohort=Pair("دورة نونبر", "Session de novembre"),
    modules=(ModuleLine(Pair("مفاهيم مقاربة النوع والإدماج الاجتماعي", "Concepts de l’approche genre"), 480),),
    objectives=(
        Pair("التمييز بين المساواة والإنصاف", "Distinguer l’égalité de l’équité"),
        Pair("التعرف على لحظات الإقصاء", "Repérer les moments d’exclusion"),
    ),
    starts_on=dt.date(2026, 11, 2),
    ends_on=dt.date(2026, 11, 23),
    hours=Pair("8 ساعات", "8 heures"),
    pass_percent=60,
    issued_on=dt.date(2026, 11, 23),
    serial="GSI-2026-000123-C",
    url="https://formation.example.ma/v/ABCDEFGHJKMNPQRS",
    signatories=(Pair("مسؤولية البرنامج", "Responsable du programme"), Pair("هيئة التكوين", "Équipe de formation")),
)  # fmt: skip


def scan() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (300, 120), (20, 30, 120, 255)).save(out, "PNG")
    return out.getvalue()


SIGNERS = (
    Signer(
        Pair("سلمى بناني", "Salma Bennani"),
        Pair(
            "مديرة تنمية الكفاءات ومسؤولة البرنامج الوطني",
            "Directrice du développement des compétences et responsable du programme",
        ),
        scan(),
        scan(),
    ),
    Signer(Pair("يوسف العلمي", "Youssef El Alami"), Pair("مدير المركز", "Directeur du centre")),
)


def with_pypdf(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def with_pdfium(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


READERS = [with_pypdf, with_pdfium]


def words(text: str) -> str:
    """One line, blanks as one, direction marks out."""
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", " ", text)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return draw_certificate(FACTS)


@pytest.mark.parametrize("read", READERS)
def test_extracted_text_is_the_data_in_both_languages(pdf: bytes, read: object) -> None:
    text = words(read(pdf))  # type: ignore[operator]
    for pair in (
        FACTS.holder, *FACTS.issuer, FACTS.organisation, *FACTS.signatories, FACTS.hours,
        Pair("شهادة النجاح", "ATTESTATION DE RÉUSSITE"),
    ):  # fmt: skip
        # Long lines are broken: each word is asked for.
        assert pair.fr in text or all(word in text for word in pair.fr.split()), pair.fr
        assert pair.ar in text or all(word in text for word in pair.ar.split()), pair.ar
    for name in (FACTS.holder.ar, FACTS.holder.fr, FACTS.serial, "23 novembre 2026", FACTS.objectives[0].fr):
        assert name in text, name
    assert FACTS.url.partition("://")[2] in text


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "word", ["الكفاءات", "الإدارات", "الأستاذة", "المركز", "مديرية", "لكبير", "لله", "الآلات", "لأن"]
)
def test_words_that_split_in_other_engines_are_found_whole(read: object, word: str) -> None:
    """PDF notes, 4.3 to 4.6 and 11."""
    text = read(draw_certificate(replace(FACTS, holder=Pair(word, ""))))  # type: ignore[operator]
    assert word in words(text)


@pytest.mark.parametrize("read", READERS)
def test_no_presentation_forms_and_no_private_characters(pdf: bytes, read: object) -> None:
    assert re.findall("[\ue000-\uf8ff\ufb50-\ufdff\ufe70-\ufeff]", read(pdf)) == []  # type: ignore[operator]


def picture(pdf: bytes, dots: int = 150) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dots / 72).to_pil()


def test_a_phone_reads_the_address_from_the_page(pdf: bytes) -> None:
    (code,) = zxingcpp.read_barcodes(picture(pdf))
    assert code.text.casefold() == FACTS.url.casefold()


def test_equal_facts_give_equal_bytes_and_others_do_not(pdf: bytes) -> None:
    assert draw_certificate(FACTS) == pdf
    assert draw_certificate(replace(FACTS, serial="GSI-2026-000124-A")) != pdf


def test_the_file_is_whole_small_and_carries_its_fonts(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == [] if hasattr(document, "check_pdf_syntax") else not document.check()
        assert len(document.pages) == 1
        page = document.pages[0]
        assert [round(float(side), 1) for side in page.mediabox[2:]] == [841.9, 595.3]
        for font in page.Resources.Font.values():
            assert str(font.Subtype) == "/Type0"
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font
        assert str(document.docinfo["/Title"]).endswith(FACTS.holder.fr)
    assert len(pdf) < 120_000


LONG = "محمد عبد الرحيم الإدريسي العلوي بنعبد الله المنصوري"
CASES = {
    "one script": Pair("", "Chaïma Alaoui"),
    "arabic only": Pair("شيماء العلوي", ""),
    "forty-five letters": Pair(LONG[:45].strip(), "Mohamed-Abderrahim El Idrissi Alaoui Benabdell"),
    "a hundred and twenty": Pair((LONG + " ") * 2, "Fatima-Zahra Abderrahmane El Idrissi Benabdellah " * 2),
    "the widest that is taken": Pair(
        " ".join(["ش" * LONGEST_WORD] * 3)[:LONGEST_NAME], " ".join(["W" * LONGEST_WORD] * 3)[:LONGEST_NAME]
    ),
}


@pytest.mark.parametrize("name", CASES.values(), ids=CASES.keys())
def test_long_and_short_names_stay_between_the_rules(name: Pair) -> None:
    """Nothing runs into the frame: outside the inner rule only the frame's own ink."""
    pdf = draw_certificate(replace(FACTS, holder=Pair(name.ar.strip(), name.fr.strip())))
    plain, drawn = picture(draw_certificate(FACTS), 72).convert("L"), picture(pdf, 72).convert("L")
    for box in ((0, 0, 36, 595), (806, 0, 842, 595), (0, 0, 842, 36), (0, 560, 842, 595)):
        assert drawn.crop(box).tobytes() == plain.crop(box).tobytes(), box
    text = words(with_pdfium(pdf)).replace(" ", "")
    for part in (*name.ar.split(), *name.fr.split()):
        assert part in text


LONG_MODULE = Pair(
    "تملك النموذج المندمج للهيكلة المؤسساتية والتنظيمية في مجال النوع والإدماج الاجتماعي",
    "Appropriation du modèle intégré de l’architecture institutionnelle et organisationnelle en matière de genre et "
    "inclusion sociale",
)
LONG_OBJECTIVES = (
    Pair(
        "التمييز بين الرسمي والممارسة الجيدة وغير المعروف",
        "séparer ce qui est officiel, ce qui relève de la bonne pratique et ce qui reste inconnu",
    ),
    Pair(
        "صياغة تكليف ورسم خريطة الفاعلين في جهة وإعداد اجتماع",
        "rédiger un mandat, cartographier les acteurs d’une région et préparer une réunion",
    ),
    Pair(
        "تقييم المؤسسة بالحجج واختيار ثلاث أولويات", "évaluer son organisme avec des preuves et choisir trois priorités"
    ),
)
FULL = replace(FACTS, modules=(ModuleLine(LONG_MODULE, 480),), objectives=LONG_OBJECTIVES)


def said_by(pdf: bytes) -> list[tuple[str, float, float]]:
    """What stands on the page: letters of each mark from left to right, their size, the baseline."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [ink for ink in inks(document.pages[0]) if ink.operator == "TJ"]
    return [
        ("".join(ink.text for ink in group), group[0].size, group[0].y)
        for group in ([ink for ink in found if ink.mark == mark] for mark in {ink.mark for ink in found})
    ]


@pytest.mark.parametrize(
    "facts",
    [FULL, replace(FULL, signers=SIGNERS), replace(FULL, holder=CASES["a hundred and twenty"], signers=SIGNERS),
     replace(FULL, holder=CASES["the widest that is taken"], signers=SIGNERS)],
    ids=["long titles", "with signers", "with a long name", "with the longest"],
)  # fmt: skip
def test_both_languages_say_the_same_objectives_above_the_strip(facts: CertificateFacts) -> None:
    facts = replace(facts, holder=Pair(facts.holder.ar.strip(), facts.holder.fr.strip()))
    pdf = draw_certificate(facts)
    from tests.documents.opened import Opened  # it draws this module's facts

    tree = Opened(pdf).tree
    items = [sum(node.role == "LI" for node in part.walk()) for part in tree.elements[:2]]
    assert items[0] == items[1]
    if not facts.signers:
        assert items[0] == len(LONG_OBJECTIVES)
    strip = 150 + (drawing.SIGNERS_LIFT if facts.signers else 0)
    body = [(size, y) for _text, size, y in said_by(pdf) if strip - 1 < y < 310]
    assert min(y for _size, y in body) >= strip + 6
    assert min(size for size, _y in body) >= 8


def test_facts_without_end_are_refused_in_a_sentence() -> None:
    endless = ModuleLine(Pair("مجزوءة " * 400, "module " * 400), 480)
    with pytest.raises(DoesNotFit, match="too long for its place"):
        draw_certificate(replace(FACTS, modules=(endless,)))


def test_what_signers_do_can_be_read() -> None:
    pdf = draw_certificate(replace(FULL, signers=SIGNERS))
    assert min(size for text, size, y in said_by(pdf) if 47 < y < 118 and "http" not in text) >= 6.5


def test_a_share_is_read_from_left_to_right_in_arabic_too() -> None:
    texts = [text for text, _size, _y in said_by(draw_certificate(FACTS))]
    assert sum("60\u00a0%" in text for text in texts) == 2


def test_french_signs_stay_with_their_words() -> None:
    said = with_pdfium(draw_certificate(FACTS))
    assert "Organisme\u00a0: Office" in said
    assert "«\u00a0Concepts de l’approche genre\u00a0»" in said


def test_a_name_without_end_is_refused_in_a_sentence() -> None:
    assert not has_room("W" * 60)
    assert not has_room("Ali " * 30)
    with pytest.raises(DoesNotFit, match="too long for its place"):
        draw_certificate(replace(FACTS, holder=Pair("", "W" * 60)))


def test_what_cannot_be_printed_is_named_before_it_is_drawn() -> None:
    assert unprintable("Chaïma El-Idrissi (O’Brien), شيماء العلوي") == ""
    assert unprintable("Chaima 🌟 王 ⵣ") == "🌟王ⵣ"
    with pytest.raises(MissingGlyph):
        draw_certificate(replace(FACTS, holder=Pair("", "王")))


def test_every_character_that_may_be_printed_is_in_the_faces_of_names() -> None:
    allowed = {code for code in range(0x20, 0x2100) if not unprintable(chr(code))}
    assert len(allowed) > 300
    for name in ("amiri", "amiri-bold"):
        assert allowed - set(face(name).cmap) == set(), name
