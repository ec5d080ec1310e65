"""What the demo's trainer wrote: a case with questions of several types, a draft to translate, a practice quiz."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.bilingual import EMPTY, Bilingual
from lms.curriculum import queries as curriculum
from lms.quizzes import objectives, services
from lms.quizzes.content import Content
from lms.quizzes.models import Feedback, Purpose
from lms.quizzes.question_types.base import words

LESSON = "concepts/equality-equity-stereotypes"
CASE = Bilingual(
    "**مثال توضيحي.** يسجل معهد متخيل حضوريا خلال ثلاث صبيحات بمركز الإقليم. وقد أخبر 120 فتاة و80 فتى،"
    " فحضرت 30 فتاة وحضر 60 فتى.",
    "**Exemple illustratif.** Un institut fictif inscrit sur place, trois matins, au siège de la province."
    " Il a informé 120 filles et 80 garçons\u00a0; 30 filles et 60 garçons se sont présentés.",
)


def write_questions(db: Session, *, now: dt.datetime) -> None:
    """Through the services, as the trainer would."""
    trainer = db.scalars(sa.select(Person.id).where(Person.email == "trainer@example.org")).first()
    if trainer is None:
        return
    case = services.quizzes.save_case(db, None, CASE, EMPTY, None, version=None, owner_id=trainer, now=now)
    asked = [_question(db, {**said, "case_id": case.id}, trainer, now) for said in ON_THE_CASE]
    asked += [_question(db, said, trainer, now) for said in ALONE]
    groups = objectives.objectives(curriculum.current(db))
    for question in asked:
        named = objectives.words_of(groups, question.objective_key)
        services.bank.publish(db, question, named, actor_id=trainer, now=now, needs_second=False)
    _question(db, TO_TRANSLATE, trainer, now)
    rules = {
        "title": Bilingual("تمرين: قاعدة محايدة وأثر غير متساو", "Entraînement\u00a0: règle neutre, effet inégal"),
        "module": "concepts", "purpose": Purpose.PRACTICE, "feedback": Feedback.AT_ONCE,
    }  # fmt: skip
    quiz = services.quizzes.create(db, rules, owner_id=trainer)
    services.quizzes.add_questions(db, quiz, asked, {})
    services.quizzes.publish(db, quiz, actor_id=trainer, now=now)


def _question(db: Session, said: dict[str, Any], owner_id: int, now: dt.datetime) -> Any:
    return services.bank.create(db, Content(**said), owner_id=owner_id, now=now)


def _row(key: str, ar: str, fr: str, why_ar: str, why_fr: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "text": words(ar, fr), "feedback": words(why_ar, why_fr), **more}


ON_THE_CASE: list[dict[str, Any]] = [
    {
        "type": "numerical",
        "stem": words(
            "كم نسبة الفتيات اللواتي حضرن من بين من أُخبرن؟", "Quelle part des filles informées s’est présentée\u00a0?"
        ),
        "settings": {"value": "25", "tolerance": "0", "unit": words("بالمائة", "pour cent")},
        "explanation": words("ثلاثون على مائة وعشرين تساوي الربع.", "30 sur 120, soit un quart."),
        "lesson": f"{LESSON}#neutral-rule",
        "objective_key": f"{LESSON}#3",
    },
    {
        "type": "single_choice",
        "stem": words(
            "كيف توصف قاعدة التسجيل الحضوري بالنسبة إلى فتيات الدواوير البعيدة؟",
            "Pour les filles des douars éloignés, comment qualifier l’inscription sur place\u00a0?",
        ),
        "settings": {
            "options": [
                _row(
                    "a",
                    "تمييز مباشر",
                    "une discrimination directe",
                    "لا: لا تذكر القاعدة أي جنس.",
                    "Non\u00a0: la règle ne nomme aucun sexe.",
                ),
                _row(
                    "b",
                    "تمييز غير مباشر",
                    "une discrimination indirecte",
                    "نعم: محايدة في ظاهرها وأثرها غير متساو.",
                    "Oui\u00a0: règle neutre en apparence, effet inégal en pratique.",
                ),
                _row(
                    "c",
                    "تدبير من تدابير الإنصاف",
                    "une mesure d’équité",
                    "لا: لا شيء يعوض نقطة الانطلاق.",
                    "Non\u00a0: rien ne compense le point de départ.",
                ),
            ],
            "right": ["b"],
        },
        "explanation": words(
            "تتطلب القاعدة الواحدة مالا وإذنا ووقتا لا تتوفر للجميع.",
            "La même règle demande argent, autorisation et temps, que toutes n’ont pas.",
        ),
        "lesson": f"{LESSON}#neutral-rule",
        "objective_key": f"{LESSON}#3",
        "level": "analyse",
    },
]
ALONE: list[dict[str, Any]] = [
    {
        "type": "matching",
        "stem": words("أي كلمة تناسب كل إجراء؟", "Quel mot convient à chaque mesure\u00a0?"),
        "settings": {
            "pairs": [
                {
                    "key": "a",
                    "text": words("نقل مؤدى عنه لمن يسكن بعيدا", "Un trajet payé à qui habite loin"),
                    "match": words("الإنصاف", "équité"),
                    "feedback": words("معاملة مختلفة تعوض البعد.", "Un traitement différent compense la distance."),
                },
                {
                    "key": "b",
                    "text": words("ثلاث نساء وثلاثة رجال في المجلس", "Trois femmes et trois hommes au conseil"),
                    "match": words("المناصفة", "parité"),
                    "feedback": words("العدد متساو.", "Le nombre est égal."),
                },
                {
                    "key": "c",
                    "text": words("كل الشعب مفتوحة أمام الجميع", "Toutes les filières ouvertes à tout le monde"),
                    "match": words("المساواة", "égalité"),
                    "feedback": words("الحق نفسه لكل شخص.", "Le même droit pour chaque personne."),
                },
            ],
            "extra": [{"key": "x", "text": words("التمييز", "discrimination")}],
        },
        "explanation": words("الإنصاف وسيلة والمساواة غاية.", "L’équité est le moyen, l’égalité est la fin."),
        "lesson": f"{LESSON}#four-words",
        "objective_key": f"{LESSON}#1",
    },
    {
        "type": "ordering",
        "stem": words("ما ترتيب مراحل المسار؟", "Dans quel ordre viennent les étapes du parcours\u00a0?"),
        "settings": {
            "steps": [
                {"key": "a", "text": words("التوجيه", "Orientation")},
                {"key": "b", "text": words("الولوج", "Accès")},
                {"key": "c", "text": words("الاستمرارية", "Continuité")},
                {"key": "d", "text": words("الحصول على الشواهد", "Certification")},
                {"key": "e", "text": words("الاندماج", "Insertion")},
            ]
        },
        "explanation": words("تتبع المراحل الخمس مسار الشخص.", "Les cinq étapes suivent le chemin d’une personne."),
        "lesson": "concepts/why-this-training#announced-or-done",
        "objective_key": "concepts/why-this-training#3",
        "level": "recall",
    },
]
TO_TRANSLATE: dict[str, Any] = {
    "type": "true_false",
    "stem": words("", "La parité suffit à garantir l’égalité des chances."),
    "settings": {
        "statement": "false",
        "feedback_true": words("", "Un nombre égal ne dit rien des conditions."),
        "feedback_false": words("", "Oui\u00a0: le nombre seul ne suffit pas."),
    },
    "objective_key": f"{LESSON}#1",
    "level": "recall",
}
