"""Open answers of the demo people: a practice quiz of the trainer, partly marked, nothing released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.curriculum import queries as curriculum
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import objectives, queries, services
from lms.quizzes.content import Content
from lms.quizzes.demo_bank import LESSON
from lms.quizzes.models import Feedback, Purpose, Quiz
from lms.quizzes.question_types.base import words


def write_answers(db: Session, *, now: dt.datetime) -> None:
    """Through the services, as the trainer and the learners would."""
    trainer = db.scalars(sa.select(Person.id).where(Person.email == "trainer@example.org")).first()
    enrolments = _learners(db, now)
    if trainer is None or not enrolments:
        return
    quiz = _quiz(db, trainer, enrolments[0].cohort_id, now=now - dt.timedelta(days=9))
    for number, (enrolment, text) in enumerate(zip(enrolments, _texts(enrolments), strict=False)):
        _answer(db, quiz, enrolment, text, now=now - dt.timedelta(days=4, hours=5 * number))
    for copy, points in zip(queries.pile.copies(db, trainer, quiz.id), GIVEN, strict=False):
        answer = queries.grading.answer_or_none(db, trainer, copy.id)
        if answer is not None:
            services.grading.mark(db, answer, points, "", marker_id=trainer, now=now - dt.timedelta(hours=2))
    for sentence in SNIPPETS:
        services.grading.keep_snippet(db, sentence, owner_id=trainer, now=now)


def _learners(db: Session, now: dt.datetime) -> Sequence[Enrolment]:
    """People of the running cohort; the account that visitors sign in with stays as it is."""
    query = (
        sa.select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Person.email != "learner@example.org", Cohort.ends_on >= local_date(now))
        .order_by(Enrolment.id)
    )
    return db.scalars(query.limit(len(IN_FRENCH) + len(IN_ARABIC))).all()


def _texts(enrolments: Sequence[Enrolment]) -> list[str]:
    """An answer for each person, in their language while there are some."""
    left = {"fr": list(IN_FRENCH), "ar": list(IN_ARABIC)}
    other = {"fr": "ar", "ar": "fr"}
    return [(left[one.person.lang] or left[other[one.person.lang]]).pop(0) for one in enrolments]


def _quiz(db: Session, trainer: int, cohort_id: int, *, now: dt.datetime) -> Quiz:
    question = services.bank.create(db, Content(**QUESTION), owner_id=trainer, now=now)
    named = objectives.words_of(objectives.objectives(curriculum.current(db)), question.objective_key)
    services.bank.publish(db, question, named, actor_id=trainer, now=now, needs_second=False)
    rules = {
        "title": Bilingual("تمرين مكتوب: قراءة الفجوة", "Exercice écrit\u00a0: lire un écart"), "module": "concepts",
        "purpose": Purpose.PRACTICE, "feedback": Feedback.AFTER_SUBMIT, "cohort_id": cohort_id, "attempts_allowed": 1,
    }  # fmt: skip
    quiz = services.quizzes.create(db, rules, owner_id=trainer)
    services.quizzes.add_questions(db, quiz, [question], {question.id: 5})
    services.quizzes.publish(db, quiz, actor_id=trainer, now=now)
    return quiz


def _answer(db: Session, quiz: Quiz, enrolment: Enrolment, text: str, *, now: dt.datetime) -> None:
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=now)
    lang = "ar" if "\u0600" <= text[0] <= "\u06ff" else "fr"
    services.attempts.save_answer(
        db, enrolment.person_id, quiz.id, attempt.number, 1, device="demo", counter=1, values=[text], lang=lang,
        now=now + dt.timedelta(minutes=12),
    )  # fmt: skip
    db.expire_all()
    services.attempts.submit(db, attempt, by="person", now=now + dt.timedelta(minutes=14))


QUESTION: dict[str, Any] = {
    "type": "open_answer",
    "stem": words(
        "أخبر معهد متخيل 120 فتاة و80 فتى بفتح التسجيل الحضوري، فحضرت 30 فتاة وحضر 60 فتى.\n\n"
        "ما الفجوة، وما سبب ممكن لها، وأي تدبير يقلصها؟",
        "Un institut fictif a informé 120 filles et 80 garçons de l’inscription sur place\u00a0; 30 filles et 60"
        " garçons se sont présentés.\n\n"
        "Quel est l’écart, quelle cause possible, et quelle mesure pour le réduire\u00a0?",
    ),
    "settings": {
        "criteria": [
            {"key": "gap", "text": words("يحسب الفجوة بالنسب", "Calcule l’écart en parts"), "points": 2},
            {"key": "cause", "text": words("يسمي سببا للفجوة", "Nomme une cause de l’écart"), "points": 1},
            {
                "key": "measure",
                "text": words("يقترح تدبيرا يستجيب للسبب", "Propose une mesure qui répond à la cause"),
                "points": 2,
            },
        ],
        "most_words": 80,
        "model": words(
            "حضرت 25 بالمائة من الفتيات و75 بالمائة من الفتيان: الفجوة 50 نقطة مئوية. يتطلب التسجيل الحضوري نقلا"
            " وإذنا؛ ويقلص التسجيل عن بعد أو في الجماعات هذه الفجوة.",
            "25\u00a0% des filles et 75\u00a0% des garçons sont venus\u00a0: 50 points d’écart. L’inscription sur place"
            " demande un trajet et une autorisation\u00a0; s’inscrire à distance ou dans les communes réduit l’écart.",
        ),
    },
    "explanation": words(
        "تقارن الفجوة بين نسبتين، لا بين عددين.", "Un écart compare deux parts, pas deux nombres."
    ),
    "lesson": f"{LESSON}#neutral-rule",
    "objective_key": f"{LESSON}#3",
    "level": "analyse",
    "points": 5,
}  # fmt: skip
IN_FRENCH = [
    "Un quart des filles est venu contre trois quarts des garçons, soit 50 points. Venir au siège coûte un trajet que"
    " beaucoup de familles ne paient pas pour une fille. On peut ouvrir l’inscription dans chaque commune pendant une"
    " journée.",
    "Il y a 30 filles et 60 garçons, donc deux fois moins de filles. Elles habitent loin. Il faut les encourager.",
    "L’écart est de 25\u00a0% à 75\u00a0%. La règle est la même pour tout le monde, mais elle demande du temps et une"
    " autorisation.\n\nMesure\u00a0: inscription par téléphone, et un transport payé pour les douars éloignés.",
    "Les filles ne sont pas intéressées par ces filières. Il faudrait leur proposer la couture et la coiffure.",
]
IN_ARABIC = [
    "حضرت 25 بالمائة من الفتيات مقابل 75 بالمائة من الفتيان، أي فجوة من 50 نقطة. المقر بعيد ولا يوجد نقل."
    " يمكن التسجيل في دار الشباب بكل جماعة أو عبر الهاتف.",
    "الفجوة كبيرة لأن العائلات ترفض. يجب القيام بحملة تحسيسية.",
    "نسبة الحضور هي الربع عند الفتيات وثلاثة أرباع عند الفتيان. القاعدة تبدو محايدة، لكنها تتطلب مالا ووقتا.\n\n"
    "أقترح حافلة مجانية يوم التسجيل، ومواعيد مسائية.",
    "30 على 120 و60 على 80. السبب هو المسافة بين الدواوير والمقر. التدبير هو فتح مكتب متنقل للتسجيل.",
]
#: Points of the first copies.
GIVEN = [
    {"gap": 2, "cause": 1, "measure": 2},
    {"gap": 1, "cause": 1, "measure": 1},
    {"gap": 2, "cause": 1, "measure": 1},
]
SNIPPETS = [
    "Les deux parts sont à comparer, pas les deux nombres.",
    "الجواب مبني جيدا. ينقصه ربط التدبير بالسبب المذكور.",
]
