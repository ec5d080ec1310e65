"""Language of an answer, its direction, and how figures and dates are written in it.

Language is a view: ``/ar/…`` and ``/fr/…`` are the same page. It comes from the first path segment, then the
person, then Accept-Language. Locales are ar_MA and fr_MA, never the bare ones (months and digits differ).
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Blueprint, Flask, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, get_locale
from flask_login import current_user
from markupsafe import Markup, escape

from lms.core import clock
from lms.core.bilingual import LANGUAGES, other_language

LOCALES = {"ar": "ar_MA", "fr": "fr_MA"}
DIRECTIONS = {"ar": "rtl", "fr": "ltr"}
LANG_RULE = "<any(ar,fr):lang>"
THIN_NO_BREAK = "\u202f"


def language_of_path(path: str) -> str | None:
    """``ar`` or ``fr`` when the first segment of the path says so; works for unknown addresses too."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in LANGUAGES else None


def current_language() -> str:
    """Language of the answer being written; outside a request the forced locale's, else French."""
    if not has_request_context():
        locale = get_locale()
        return locale.language if locale and locale.language in LANGUAGES else "fr"
    if "lang" not in g:
        g.lang = language_of_path(request.path) or _language_of_person() or _accepted_language()
    lang: str = g.lang
    return lang


def _language_of_person() -> str | None:
    if getattr(g, "view", None) is not None and getattr(g.view, "without_database", False):
        return None
    return current_user.lang if current_user.is_authenticated else None


def _accepted_language() -> str:
    return request.accept_languages.best_match(LANGUAGES, default="fr") or "fr"


def locale_of(lang: str) -> str:
    return LOCALES[lang]


def localized(blueprint: Blueprint, *, section: str | None = None) -> Blueprint:
    """Give a blueprint addresses ``/ar/…`` and ``/fr/…``; views need no ``lang`` argument.

    ``section``: the endpoint of the navigation that its pages belong to, where it is none of their own.
    """
    prefix = f"/{LANG_RULE}"
    blueprint.url_prefix = prefix + (blueprint.url_prefix or "")

    @blueprint.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = (values or {}).pop("lang")
        g.nav_endpoint = section

    return blueprint


def in_language(path: str, lang: str) -> str:
    """The same path in ``lang``; a path that belongs to no language stays as it is."""
    present = language_of_path(path)
    return f"/{lang}{path[len(present) + 1 :]}" if present else path


def same_page_in(lang: str) -> str:
    """Address of the page being answered, in ``lang``, with its query; the home page where there is none."""
    path, query = _opened_page()
    present = language_of_path(path)
    if present is None:
        return url_for(current_app.extensions["home_endpoint"], lang=lang)
    rest = quote(path.lstrip("/")[len(present) :])
    return f"{request.script_root}/{lang}{rest}" + (f"?{query}" if query else "")


def _opened_page() -> tuple[str, str]:
    """Path and query of the page being answered; where its address only takes forms, of the page with the form."""
    adapter = current_app.create_url_adapter(request)
    if request.method in ("GET", "HEAD") or adapter is None or adapter.test(request.path, method="GET"):
        return request.path, request.query_string.decode("utf-8", "replace")
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:
        return "", ""
    if before.netloc != request.host:
        return "", ""
    return unquote(before.path).removeprefix(request.script_root), before.query


@lru_cache(maxsize=4)
def _locale(lang: str) -> Locale:
    return Locale.parse(LOCALES[lang])


def round_half_up(value: Any, decimals: int) -> Decimal:
    """Rounded as people round; Babel alone rounds halves to even (domain notes, 4.6)."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: Any, decimals: int = 0, lang: str | None = None) -> str:
    """A number with the separators of the language, digits 0-9 in both."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(round_half_up(value, decimals), pattern, locale=_locale(lang or current_language())))


def points(value: Any, lang: str | None = None) -> str:
    """Points or a mark, with one decimal where it has one: « 16 », « 12,5 »."""
    rounded = round_half_up(value, 1)
    return number(rounded, 0 if rounded == int(rounded) else 1, lang)


def percent(share: Any, decimals: int = 1, lang: str | None = None) -> Markup:
    """A share (0.0-1.0) as « 86,2 % », one left-to-right isolate. None gives a dash."""
    if share is None:
        return Markup("—")
    text = number(Decimal(str(share)) * 100, decimals, lang)
    return Markup('<bdi dir="ltr">{}\u202f%</bdi>').format(text)


def long_date(moment: dt.date | dt.datetime, lang: str | None = None) -> str:
    """« 3 novembre 2021 », « 3 نونبر 2021 »; French says 1er for the first."""
    return _date(moment, "d MMMM y", lang)


def iso_date(text: str, lang: str | None = None) -> str:
    """The long date of a stored ``yyyy-mm-dd``."""
    return long_date(dt.date.fromisoformat(text), lang)


def day_and_date(moment: dt.date | dt.datetime, lang: str | None = None) -> str:
    """The long date with its weekday."""
    text = _date(moment, "EEEE d MMMM y", lang)
    return text[:1].upper() + text[1:]


def weekday_date(moment: dt.date | dt.datetime, lang: str | None = None) -> str:
    """The weekday with day and month, without the year: of days near today."""
    text = _date(moment, "EEEE d MMMM", lang)
    return text[:1].upper() + text[1:]


def short_date(moment: dt.date | dt.datetime, lang: str | None = None) -> str:
    """Day and month in words, without the year."""
    return _date(moment, "d MMMM", lang)


def month_name(moment: dt.date | dt.datetime, lang: str | None = None) -> str:
    """The month alone, as short as the language writes it: « nov. », « نونبر »."""
    return _date(moment, "MMM", lang)


def _date(moment: dt.date | dt.datetime, pattern: str, lang: str | None) -> str:
    lang = lang or current_language()
    day = clock.local_date(moment) if isinstance(moment, dt.datetime) else moment
    text = format_date(day, pattern, locale=_locale(lang))
    if lang == "fr" and day.day == 1:
        text = text.replace("1 ", "1er ", 1)
    return text


def clock_time(moment: dt.datetime, lang: str | None = None) -> Markup:
    """« 14:05 » on the programme's clocks, isolated left to right."""
    text = format_time(clock.local(moment), "HH:mm", locale=_locale(lang or current_language()))
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def bdi(text: Any, lang: str | None = None) -> Markup:
    """A text that a person wrote, isolated from the sentence round it, with its language where known."""
    if lang:
        return Markup('<bdi lang="{}">{}</bdi>').format(lang, text)
    return Markup("<bdi>{}</bdi>").format(escape(text))


def init_app(app: Flask, translation_folders: list[str]) -> None:
    """Locale selection, the ``lang`` default of addresses, and the filters templates use."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(translation_folders)
    # Outside a request (jobs, commands) the forced locale rules, else the default one.
    Babel(
        app,
        default_locale=LOCALES["fr"],
        locale_selector=lambda: LOCALES[current_language()] if has_request_context() else None,
    )

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    app.jinja_env.filters.update(
        number=number,
        points=points,
        percent=percent,
        date=long_date,
        iso_date=iso_date,
        day_date=day_and_date,
        short_date=short_date,
        month_name=month_name,
        weekday_date=weekday_date,
        time=clock_time,
        bdi=bdi,
    )

    @app.context_processor
    def language_words() -> dict[str, Any]:
        lang = current_language()
        other = other_language(lang)
        return {
            "lang": lang,
            "other_lang": other,
            "dir": DIRECTIONS[lang],
            "html_lang": "ar-MA" if lang == "ar" else "fr",
            "switch_url": same_page_in(other),
        }
