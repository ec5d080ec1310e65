"""Folding, sorting, figures and dates, and which language an answer is in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.core import i18n, text
from tests.factories import make_person
from tests.pages import CheckingClient

SAME = [
    ("أحمد", "احمد"),
    ("إدريس", "ادريس"),
    ("آمنة", "امنه"),
    ("مُحَمَّد", "محمد"),
    ("الـــعلوي", "العلوي"),
    ("مصطفى", "مصطفي"),
    ("فاطمة", "فاطمه"),
    ("١٢٣", "123"),
    ("أڭادير", "اكادير"),
    ("مسؤول", "مسوول"),
    ("Aït-Baha", "ait baha"),
    ("Hélène", "helene"),
    ("Œuvre", "œuvre"),
    ("El\u00a0Amrani", "el amrani"),
    ("d’Azilal", "d azilal"),
    ("ﻻ", "لا"),
    ("  deux   mots ", "deux mots"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_used_for_one_another_fold_alike(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


@given(st.text())
def test_folding_again_changes_nothing(typed: str) -> None:
    assert text.fold(text.fold(typed)) == text.fold(typed)


def test_arabic_names_lead_arabic_lists_and_latin_ones_french_lists() -> None:
    names = ["Zineb", "أمينة", "Éric", "eric", "زينب", "El Amrani", "Elalami"]
    assert sorted(names, key=lambda name: text.sort_key(name, "ar"))[:2] == ["أمينة", "زينب"]
    assert sorted(names, key=lambda name: text.sort_key(name, "fr"))[-2:] == ["أمينة", "زينب"]
    assert sorted(names, key=lambda name: text.sort_key(name, "fr"))[:2] == ["El Amrani", "Elalami"]


def test_marks_that_turn_text_round_are_taken_out_of_names() -> None:
    assert text.clean_line("Chaima\u202e gpj.exe\u2066 \u200f Alaoui") == "Chaima gpj.exe Alaoui"


@pytest.mark.parametrize(
    ("value", "decimals", "fr", "ar"),
    [(1234.5, 1, "1\u202f234,5", "1.234,5"), (0.125, 2, "0,13", "0,13"), (2.5, 0, "3", "3"), (-0.5, 0, "-1", "-1")],
)
def test_figures(sqlite_app: Flask, value: Any, decimals: int, fr: str, ar: str) -> None:
    def plain(written: str) -> str:
        return written.replace("\u00a0", "\u202f").replace("\u200e", "").replace("\u200f", "")

    assert plain(i18n.number(value, decimals, "fr")) in (fr, fr.replace("\u202f", "."))
    assert plain(i18n.number(value, decimals, "ar")) == ar


@pytest.mark.parametrize(
    ("moment", "fr", "ar"),
    [
        (dt.date(2021, 12, 2), "2\u00a0décembre\u00a02021", "2\u00a0دجنبر\u00a02021"),
        (dt.date(2026, 8, 1), "1er\u00a0août\u00a02026", "1\u00a0غشت\u00a02026"),
        # In the programme's zone it is the next day already.
        (dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC), "24\u00a0novembre\u00a02026", "24\u00a0نونبر\u00a02026"),
        # Ramadan: the clocks stand at UTC.
        (dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC), "1er\u00a0mars\u00a02026", "1\u00a0مارس\u00a02026"),
    ],
)
def test_dates_are_moroccan_and_local(sqlite_app: Flask, moment: Any, fr: str, ar: str) -> None:
    def plain(written: str) -> str:
        return written.replace(" ", "\u00a0")

    assert (plain(i18n.long_date(moment, "fr")), plain(i18n.long_date(moment, "ar"))) == (fr, ar)


def test_language_comes_from_the_address_then_the_person_then_the_browser(client: CheckingClient, db: Any) -> None:
    arabic = {"Accept-Language": "ar-MA,ar;q=0.9,fr;q=0.5"}
    assert client.get("/", headers=arabic).headers["Location"] == "/ar/"
    assert client.get("/", headers={"Accept-Language": "de"}).headers["Location"] == "/fr/"
    assert client.get("/", headers={"Accept-Language": "\x7f;;q=x,,"}).headers["Location"] == "/fr/"
    client.signed_in(make_person(db, lang="fr"))
    assert client.get("/", headers=arabic).headers["Location"] == "/fr/"
    assert 'lang="ar-MA"' in client.get("/ar/").text


@pytest.mark.parametrize("path", ["/en/", "/AR/", "/fr", "/arabe/", "/fr/modules/concepts/nothing/", "/fr//"])
def test_wrong_prefix_or_slug_gets_a_page_not_found(
    client: CheckingClient, db: Any, curriculum: Any, path: str
) -> None:
    client.signed_in(make_person(db))
    answer = client.get(path)
    assert answer.status_code in (404, 308)
    if answer.status_code == 404:
        assert ("introuvable" in answer.text) or ("غير موجودة" in answer.text)


def test_the_switch_keeps_the_page_and_its_query(client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db))
    assert 'href="/ar/search/?q=%C3%A9galit%C3%A9"' in client.get("/fr/search/?q=%C3%A9galit%C3%A9").text
    assert 'href="/fr/sans-suite/"' in client.get("/ar/sans-suite/").text
