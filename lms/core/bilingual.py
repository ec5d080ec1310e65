"""What people write in two languages is one value with two fields, never tags inside one string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("ar", "fr")


def other_language(lang: str) -> str:
    """The one language that the page is not in."""
    return "fr" if lang == "ar" else "ar"


@dataclass(frozen=True)
class Bilingual:
    """A text in Arabic and in French. Columns made from it are NOT NULL; empty means not written yet."""

    ar: str
    fr: str

    def __getitem__(self, lang: str) -> str:
        """The text of ``lang``, or the other one where that is empty."""
        return (self.ar or self.fr) if lang == "ar" else (self.fr or self.ar)

    def has(self, lang: str) -> bool:
        """Whether the text is written in ``lang`` itself."""
        return bool(self.ar if lang == "ar" else self.fr)

    def language_shown(self, lang: str) -> str:
        """The language of what ``self[lang]`` gives, for the ``lang`` attribute of its element."""
        return lang if self.has(lang) else other_language(lang)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Bilingual:
        """From texts by language, as files and JSON columns hold them."""
        return cls(texts.get("ar", ""), texts.get("fr", ""))

    def as_dict(self) -> dict[str, str]:
        return {"ar": self.ar, "fr": self.fr}

    def __bool__(self) -> bool:
        return bool(self.ar or self.fr)


#: Nothing written in either language.
EMPTY = Bilingual("", "")
