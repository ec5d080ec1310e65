"""Every string of the interface in both languages, compiled, with the same place-holders."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import ngettext

from tests.catalogues import LANGS, PLURALS, compiled, po_path, read, rooms, said_in, untranslated

PLACE_HOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
#: What Arabic text may keep in Latin letters: abbreviations, what people type, and TIME, which a script replaces.
LATIN_IN_ARABIC = {
    "PDF", "QR", "URL", "JSON", "RGAA", "WCAG", "MCA", "nom", "exemple", "ma", "CNDP", "TIME",
    "CSV", "XLSX", "XLS", "UTF", "ZIP", "HTML", "PNG", "JPEG", "WebP", "TOTP", "SMTP", "NTP",
    "README", "ofppt", "tzdata",
}  # fmt: skip
ROOMS = [room for room in rooms() if len(said_in(room))]
CASES = [(room, lang) for room in ROOMS for lang in LANGS]


@pytest.mark.parametrize(("room", "lang"), CASES)
def test_every_string_of_the_code_has_words(room: str, lang: str) -> None:
    catalog = read(room, lang)
    known = {message.id for message in catalog if message.id}
    assert {message.id for message in said_in(room) if message.id} == known
    assert list(untranslated(catalog)) == []


@pytest.mark.parametrize(("room", "lang"), CASES)
def test_the_compiled_catalogue_is_the_written_one(room: str, lang: str) -> None:
    assert po_path(room, lang).with_suffix(".mo").read_bytes() == compiled(read(room, lang))


@pytest.mark.parametrize(("room", "lang"), CASES)
def test_place_holders_are_those_of_the_code(room: str, lang: str) -> None:
    for message in read(room, lang):
        wanted = set(PLACE_HOLDER.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        for form in forms:
            found = set(PLACE_HOLDER.findall(form))
            # Singular and dual forms may say the number in words.
            assert found == wanted or (len(forms) > 1 and found <= wanted), message.id


@pytest.mark.parametrize("room", ROOMS)
def test_french_keeps_its_spaces_and_apostrophes(room: str) -> None:
    """Domain notes 8: no-break space before : ; ? ! », typographic apostrophe."""
    for form in forms_of(room, "fr"):
        form = PLACE_HOLDER.sub("x", form)
        assert not re.search(r" [:;?!»%]|« |[a-zé]'[a-zé]", form), form


@pytest.mark.parametrize("room", ROOMS)
def test_arabic_is_arabic(room: str) -> None:
    for form in forms_of(room, "ar"):
        # Commands are quoted as they are typed.
        said = re.sub("«[a-z -]+»", "", PLACE_HOLDER.sub("", form))
        words = set(re.findall(r"[A-Za-z]{2,}", said))
        assert words <= LATIN_IN_ARABIC, form
        assert not re.search(r"[٠-٩۰-۹]", form), f"digits are 0-9 in Morocco: {form}"
        assert not re.search(r"(?<!\d)[,;?]|[,;?](?!\d)", form), f"Latin punctuation: {form}"


def forms_of(room: str, lang: str) -> list[str]:
    return [
        form
        for message in read(room, lang)
        if message.id
        for form in (message.string if isinstance(message.string, (list, tuple)) else [message.string])
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_a_string_has_the_same_words_in_every_room(lang: str) -> None:
    """The rooms' catalogues become one when the product runs: of two words for a string, one would never be seen."""
    words: dict[str, dict[str, list[str]]] = {}
    for room in ROOMS:
        for message in read(room, lang):
            if message.id:
                words.setdefault(str(message.id), {}).setdefault(str(message.string), []).append(room)
    assert {string: found for string, found in words.items() if len(found) > 1} == {}


#: Numbers -> form, as domain notes 8.5 give them.
ARABIC_FORMS = {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 60: 4, 99: 4, 100: 5, 102: 5, 103: 3, 111: 4}


@pytest.mark.parametrize("room", ROOMS)
def test_every_catalogue_counts_as_arabic_does(room: str) -> None:
    assert read(room, "ar").plural_forms.replace(" ", "") == PLURALS["ar"].replace(" ", "")


@pytest.mark.parametrize(("count", "form"), ARABIC_FORMS.items())
def test_the_product_counts_as_arabic_does(sqlite_app: Flask, count: int, form: int) -> None:
    plural = next(message for message in read("accounts", "ar") if message.id and not isinstance(message.id, str))
    with sqlite_app.test_request_context("/ar/"):
        assert ngettext(*plural.id, count) == plural.string[form] % {"num": count}
