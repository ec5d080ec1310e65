"""What the style guide shows: invented words and figures, in the language of the page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from lms.core.bilingual import Bilingual
from lms.core.feature import Panel, Step
from lms.ui.charts import Row, bar_chart, line_chart, stacked_bars, table_of


def sample(lang: str) -> SimpleNamespace:
    """Everything the style guide's template draws, ready to print in ``lang``."""
    return SimpleNamespace(
        say=lambda ar, fr: ar if lang == "ar" else fr,
        form=_form(lang, broken=False),
        broken=_form(lang, broken=True),
        name=Bilingual("سناء بلمقدم", "Sanae Belmokadem"),
        title=Bilingual("قراءة الأرقام دون خطأ", "Lire les chiffres sans se tromper"),
        path=_path(lang),
        steps=_steps(lang),
        test=Step("test:concepts", _say(lang, "اختبار المجزوءة 1", "Test du module 1"), "", "locked", "8", None),
        panels=_panels(lang),
        figures=_figures(lang),
        index=_index(lang),
        numbers=[_number(place) for place in range(1, 11)],
        people=_people(),
        **_charts(lang),
    )


def _say(lang: str, ar: str, fr: str) -> str:
    return ar if lang == "ar" else fr


def _form(lang: str, *, broken: bool) -> Form:
    """One field of each kind; ``broken`` gives each the error that a wrong answer gets."""

    class Sample(Form):
        name = StringField(_say(lang, "الاسم", "Nom"))
        email = StringField(_say(lang, "البريد الإلكتروني", "Adresse électronique"))
        password = PasswordField(_say(lang, "كلمة السر", "Mot de passe"))
        region = SelectField(
            _say(lang, "الجهة", "Région"),
            choices=[SelectChoice("souss", _say(lang, "سوس-ماسة", "Souss-Massa"))],
        )
        level = RadioField(
            _say(lang, "المستوى", "Niveau"),
            choices=[
                SelectChoice("central", _say(lang, "مركزي", "Central")),
                SelectChoice("regional", _say(lang, "جهوي", "Régional")),
            ],
        )
        presence = RadioField(
            _say(lang, "الحضور", "Présence"),
            choices=[
                SelectChoice("present", _say(lang, "حضور", "Présence")),
                SelectChoice("late", _say(lang, "تأخر", "Retard")),
            ],
            default="present",
        )
        remark = TextAreaField(_say(lang, "ملاحظة", "Remarque"))
        agreed = BooleanField(_say(lang, "تمت قراءة الإشعار", "Notice lue"))

    form = Sample(data={"email": "nom@exemple.ma"}, prefix="bad-" if broken else "good-")
    if broken:
        fields: list[Field] = [
            form.name,
            form.email,
            form.password,
            form.region,
            form.level,
            form.remark,
            form.agreed,
        ]
        for one in fields:
            one.errors = [
                _say(
                    lang,
                    f"المرجو ملء الخانة: {one.label.text}",
                    f"Renseigner le champ\u00a0: {one.label.text}",
                )
            ]
    return form


def _path(lang: str) -> list[dict[str, Any]]:
    titles = (
        ("بسط السياق والإطار المفاهيمي", "Contexte et cadre conceptuel", "done", "تم الإنجاز", "Terminé"),
        ("تملك النموذج المندمج", "Appropriation du modèle intégré", "current", "قيد الإنجاز", "En cours"),
        ("التخطيط المرتكز على النتائج", "Planification axée sur les résultats", "locked", "مغلقة", "Fermé"),
    )
    return [
        {
            "number": place,
            "url": "#" if state != "locked" else None,
            "over": _say(lang, f"المجزوءة {place}", f"Module {place}"),
            "title": _say(lang, ar, fr),
            "state": state,
            "state_text": _say(lang, state_ar, state_fr),
            "done": (9, 3, 0)[place - 1],
            "total": 9,
            "note": _say(lang, "تفتح بعد الاختبار.", "Ouvre après le test.") if state == "locked" else None,
        }
        for place, (ar, fr, state, state_ar, state_fr) in enumerate(titles, 1)
    ]


def _steps(lang: str) -> list[dict[str, Any]]:
    states = (
        ("done", "تم الإنجاز", "Terminée"),
        ("current", "قيد الإنجاز", "En cours"),
        ("later", "لاحقا", "À faire"),
    )
    return [
        {
            "number": place,
            "url": "#",
            "title": _say(lang, f"الدرس {place}", f"Leçon {place}"),
            "minutes_text": _say(lang, "35 دقيقة", "35\u00a0min"),
            "state": state,
            "state_text": _say(lang, ar, fr),
        }
        for place, (state, ar, fr) in enumerate(states, 1)
    ]


def _panels(lang: str) -> list[Panel]:
    return [
        Panel(
            _say(lang, "الدروس", "Leçons"),
            _say(lang, "3 من 8", "3 sur 8"),
            _say(lang, "كل الدروس مطلوبة.", "Toutes les leçons sont requises."),
            "book",
            False,
            share=0.375,
            threshold=1.0,
        ),
        Panel(
            _say(lang, "الاسم على الشهادة", "Nom sur l’attestation"),
            "",
            _say(lang, "مؤكد.", "Confirmé."),
            "check",
            True,
        ),
    ]


def _figures(lang: str) -> list[dict[str, Any]]:
    definition = _say(lang, "أشخاص دون تكرار.", "Personnes distinctes.")
    return [
        {
            "label": _say(lang, "المستفيدات والمستفيدون", "Personnes formées"),
            "value": "160",
            "of": _say(lang, "من 200", "sur 200"),
            "share": 0.8,
            "detail": [definition],
            "definition": definition,
        },
        {
            "label": _say(lang, "نسبة النساء", "Part des femmes"),
            "value": "53,8",
            "unit": "%",
            "share": 0.538,
            "threshold": 0.5,
            "detail": [_say(lang, "86 امرأة و74 رجلا", "86 femmes, 74 hommes")],
        },
    ]


def _index(lang: str) -> list[dict[str, Any]]:
    return [
        {
            "number": place,
            "title": _say(lang, f"المرحلة {place}", f"Étape {place}"),
            "url": f"#{place}",
            "state": state,
        }
        for place, state in enumerate(("done", "current", "later"), 1)
    ]


def _number(place: int) -> dict[str, Any]:
    return {
        "number": place,
        "url": "#",
        "state": "answered" if place < 4 else "empty",
        "flagged": place == 2,
        "current": place == 4,
    }


def _people() -> list[tuple[Bilingual, int, str]]:
    return [
        (Bilingual("مريم بنجلون", "Meryem Benjelloun"), 23, "11/12"),
        (Bilingual("خديجة أيت بها", "Khadija Aït Baha"), 19, "10/12"),
    ]


def _charts(lang: str) -> dict[str, Any]:
    women, men = _say(lang, "النساء", "Femmes"), _say(lang, "الرجال", "Hommes")
    rates = [Row(women, 20.5, "women"), Row(men, 10.8, "men")]
    regions = [
        Row(
            _say(lang, "المستوى المركزي", "Niveau central"),
            52,
            parts=(("women", 29), ("men", 20), ("unknown", 3)),
        ),
        Row(_say(lang, "سوس-ماسة", "Souss-Massa"), 9, parts=(("women", 5), ("men", 4))),
    ]
    weeks = [
        (_say(lang, f"الأسبوع {place}", f"sem. {place}"), value) for place, value in enumerate((88, 91, 79, 85), 1)
    ]
    words: dict[str, Any] = {
        "lang": lang,
        "title": _say(lang, "مثال", "Exemple"),
        "description": _say(lang, "مثال", "Exemple"),
    }
    gap = (0, 1, _say(lang, "الفجوة: 9,7 نقطة", "écart\u00a0: 9,7 points"))
    return {
        "key": [("women", women), ("men", men), ("unknown", _say(lang, "غير مصرح به", "Non renseigné"))],
        "rates": table_of(rates, lang=lang, unit="%", decimals=1),
        "rate_chart": bar_chart(rows=rates, unit="%", decimals=1, maximum=25, gap=gap, **words),
        "region_chart": stacked_bars(regions, **words),
        "week_chart": line_chart(
            weeks,
            unit="%",
            floor=60,
            ceiling=100,
            threshold=(80, _say(lang, "العتبة 80", "seuil 80")),
            **words,
        ),
    }
