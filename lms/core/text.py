"""Rules for Arabic and French text that both databases must agree on: folding, sort keys, cleaning, isolation."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

#: Marks that steer direction; in a name or a file name they are a way to deceive (CVE-2021-42574).
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ARABIC_FOLD = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        "ى": "ي", "ئ": "ي", "ی": "ي", "ؤ": "و", "ة": "ه", "ء": "",
        "ڭ": "ك", "گ": "ك", "ک": "ك",
        "-": " ", "‐": " ", "‑": " ", "’": " ", "'": " ", "`": " ", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def fold(text: str) -> str:
    """Search key of a text: the same for spellings that people use for one another.

    Lower case without accents, vowel signs, hamza, tatweel or invisible marks; one space between words.
    The table is the programme's (sorting and searching names); no database collation takes part.
    """
    text = unicodedata.normalize("NFKD", text).casefold()
    # Composed again first: NFKD splits alef-hamza into alef and a mark that the next line drops.
    text = "".join(char for char in text if unicodedata.category(char) != "Mn")
    text = _INVISIBLE.sub("", text).translate(_ARABIC_FOLD).translate(_DIGITS)
    return " ".join(text.split())


def tight(text: str) -> str:
    """The folded text without anything but letters and digits: « O.F.P.P.T. » and « ofppt » are one spelling."""
    return re.sub(r"[\W_]", "", fold(text))


def search_key(*texts: str | None) -> str:
    """Everything that a search of these texts may match, each folded, with and without its spaces."""
    folded = [fold(text) for text in texts if text]
    return " | ".join(folded + [text.replace(" ", "") for text in folded if " " in text])


def sort_key(text: str, lang: str) -> str:
    """Key that sorts names the same way on every database.

    In Arabic pages Arabic names come first, in French pages Latin ones; case and accents count last.
    """
    folded = fold(text)
    is_arabic = bool(folded) and "\u0600" <= folded[0] <= "\u06ff"
    first = is_arabic == (lang == "ar")
    return ("0" if first else "1") + folded.replace(" ", "!") + "\u0001" + text


def clean_line(text: str | None) -> str:
    """One line as typed, letters composed (NFC), without direction marks and outer or doubled spaces."""
    return " ".join(BIDI_CONTROLS.sub("", unicodedata.normalize("NFC", text or "")).split())


def clean_text(text: str | None) -> str:
    """Lines as typed, letters composed, without direction marks, control characters and outer blank lines."""
    text = unicodedata.normalize("NFC", BIDI_CONTROLS.sub("", text or "")).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def isolate(text: object) -> str:
    """The text inside first-strong isolates, for titles, attributes and mail where no tag can stand."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def plain_digits(text: str) -> str:
    """The text with Arabic and Persian digits written 0-9."""
    return text.translate(_DIGITS)


def phone_number(text: str) -> str | None:
    """A telephone number in its international form; a number without country is Moroccan. None: not a number.

    « 06 12-34 56.78 », « 00212612345678 » and « +212 (0)612345678 » are the same: ``+212612345678``.
    """
    digits = re.sub(r"[\s.\-/()'\u00a0\u202f]", "", plain_digits(text).replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if re.fullmatch(r"0[5-8]\d{8}", digits):
        digits = "+212" + digits[1:]
    elif re.fullmatch(r"212[5-8]\d{8}", digits):
        digits = "+" + digits
    elif re.fullmatch(r"[5-8]\d{8}", digits):
        # A spreadsheet that took the number for a number dropped its zero.
        digits = "+212" + digits
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else None


def is_web_address(text: str) -> bool:
    """Whether it is a whole address, as a browser shows it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and " " not in text
