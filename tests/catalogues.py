"""The catalogues of interface words: what the code says, room by room, and how each room's .po and .mo follow it.

    python -m tests.catalogues

brings every room's files up to the code (new strings come in empty, unused ones go out) and compiles them.
`tests/architecture/test_words.py` refuses a string without both translations and a .mo that is not its .po.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lms"
LANGS = ("ar", "fr")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_ln": (1, 2)}
WIDTH = 110
#: Forms of a number (domain notes, 8.5). Babel's own rule for Arabic takes 11 to 99 for "other": never its default.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 && n%100<=99 ? 4 : 5);",
    "fr": "nplurals=2; plural=(n > 1);",
}


def rooms() -> list[str]:
    return sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def said_in(room: str) -> Catalog:
    """Every string the code and the templates of a room hand to gettext."""
    said = Catalog()
    options = {"**/templates/**.html": {"silent": "false"}}
    for _, _, message, _, _ in extract_from_dir(
        PACKAGE / room, method_map=METHODS, options_map=options, keywords=KEYWORDS
    ):
        said.add(message if isinstance(message, str) else tuple(form for form in message if form))
    return said


def po_path(room: str, lang: str) -> Path:
    return PACKAGE / room / "translations" / lang / "LC_MESSAGES" / "messages.po"


def read(room: str, lang: str) -> Catalog:
    with po_path(room, lang).open("rb") as file:
        return read_po(file, locale=lang)


def compiled(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def follow(room: str, lang: str, said: Catalog) -> None:
    """Write the room's files again: the words it has, plus an empty line for each new one."""
    path = po_path(room, lang)
    catalog = read(room, lang) if path.exists() else Catalog(locale=lang, project="gsi-training", fuzzy=False)
    catalog.update(said, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.mime_headers = [("Plural-Forms", PLURALS[lang])]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True)
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def untranslated(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            yield str(message.id)


if __name__ == "__main__":
    for room in rooms():
        said = said_in(room)
        if len(said):
            for lang in LANGS:
                follow(room, lang, said)
                for msgid in untranslated(read(room, lang)):
                    print(f"{po_path(room, lang).relative_to(ROOT)}: no words for {msgid!r}")
