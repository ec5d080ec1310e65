"""Quizzes on paper: what is prepared and printed, and how answers come back as ordinary attempts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.core import audit
from lms.core import db as database
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.edits import EditedMeanwhile
from lms.programme import services as programme
from lms.programme.models import CohortTrainer, Enrolment
from lms.progress import queries as ledger
from lms.quizzes import privacy, queries, services
from lms.quizzes.errors import (
    EnteredMeanwhile,
    EntryLocked,
    NoAttemptLeft,
    NotOnPaper,
    OutsideWindow,
    PaperRefused,
    PauseNeeded,
    UnderWay,
)
from lms.quizzes.models import (
    AnswerMark,
    Attempt,
    AttemptState,
    ChangeReason,
    Feedback,
    MarkChange,
    PaperEntry,
    PaperRow,
    PaperSet,
    Purpose,
    Quiz,
)
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import words
from lms.quizzes.row_codes import code_of
from lms.quizzes.services.paper import Sat
from tests.factories import make_person, read_lessons
from tests.pages import CheckingClient
from tests.quizzes.taught import HOUR, begin, learner, short_quiz, taught_cohort
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

KINDS = ("single_choice", "multiple_choice", "true_false", "numerical", "ordering", "matching", "short_answer")


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    made = taught_cohort(db, bilal)
    for name in ("hiba", "salma"):
        learner(db, made, name)
    return made


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, kinds=KINDS, attempts_allowed=1, shuffle=True)


def prepared(db: Any, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime) -> PaperSet:
    made = services.paper.prepare(db, quiz, cohort, lang="fr", actor_id=bilal.id, now=now)
    database.commit()
    found = queries.paper.set_or_none(db, bilal.id, made.id)
    assert found is not None
    return found


@pytest.fixture
def made(db: Any, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime) -> PaperSet:
    return prepared(db, quiz, cohort, bilal, now)


def row_of(db: Any, made: PaperSet, bilal: Person, number: int = 1) -> PaperRow:
    row = queries.paper.row_or_none(db, bilal.id, made.id, number)
    assert row is not None
    return row


def rights(made: PaperSet, lang: str = "fr") -> list[str]:
    """What somebody types of a paper that is all right."""
    found = []
    for one in made.questions:
        kind, settings = get(one.version.type), one.version.settings
        found.append(kind.to_paper(settings, one.order, kind.right_answer(settings), lang))
    return found


def sat(made: PaperSet, when: dt.datetime, *, wrong: int = 0, lang: str = "fr") -> Sat:
    """A paper that is right but for its first questions, left empty."""
    answers = [get(one.version.type).right_answer(one.version.settings) for one in made.questions]
    return Sat([None] * wrong + answers[wrong:], lang, when)


def entered(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, *, number: int = 1, **more: Any) -> Attempt:
    row = row_of(db, made, bilal, number)
    attempt = services.paper.enter(db, made, row, sat(made, when, **more), actor_id=bilal.id, now=when + HOUR)
    database.commit()
    return attempt


def count(db: Any, model: Any) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


class Fields(HTMLParser):
    """What a form of a page holds, as a browser would send it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self.focus = ""
        self.area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if "autofocus" in found:
            self.focus = name
        if tag == "textarea":
            self.area = name
            self.held[name] = ""
        if tag == "input" and name and (found.get("type") != "radio" or "checked" in found):
            self.held[name] = found.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.held[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def path(made: PaperSet, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/questions/papers/{made.id}/{rest}"


def filled(trainer: CheckingClient, made: PaperSet, answers: list[str], *, number: int = 1, **more: str) -> Any:
    """The page of a row, filled in and sent."""
    held = Fields(trainer.get(path(made, f"enter?row={number}")).text).held
    return trainer.post(path(made, "enter"), data=held | numbered(answers) | {"do": "save"} | more)


def numbered(answers: list[str]) -> dict[str, str]:
    return {f"a{place}": text for place, text in enumerate(answers, 1)}


# --- Preparing -------------------------------------------------------------------------------------------------------


def test_a_set_keeps_its_questions_whatever_becomes_of_the_quiz(
    db: Any, bilal: Person, made: PaperSet, quiz: Quiz, now: dt.datetime
) -> None:
    before = [(one.version_id, one.order) for one in made.questions]
    for question_id in [one.version.question_id for one in made.questions]:
        question = queries.bank.question_or_none(db, bilal.id, question_id)
        assert question is not None
        changed = dataclasses.replace(services.bank.content_of(db, question), stem=words("سؤال آخر؟", "Autre\u00a0?"))
        services.bank.save(db, question, changed, revision=question.revision, actor_id=bilal.id, now=now)
        assert services.bank.publish(db, question, EMPTY, actor_id=bilal.id, now=now, needs_second=False)
    services.quizzes.arrange(db, quiz, [item.position for item in quiz.items][:2], {}, {})
    database.commit()

    again = queries.paper.set_or_none(db, bilal.id, made.id)
    assert again is not None
    assert [(one.version_id, one.order) for one in again.questions] == before
    attempt = entered(db, again, bilal, now)
    assert [(one.version_id, one.order) for one in queries.attempts.questions(db, attempt.id)] == before
    assert attempt.score == 1


def test_rows_are_numbered_by_name_and_hold_those_whom_the_trainer_looks_after(
    db: Any, bilal: Person, quiz: Quiz, cohort: Any, now: dt.datetime
) -> None:
    programme.end_enrolment(db, learner(db, cohort, "yto"), actor_id=bilal.id, reason="left", now=now)
    learner(db, cohort, "rim").is_test = True
    programme.enrol(db, cohort, bilal, now=now)
    learner(db, taught_cohort(db, bilal), "driss")
    learner(db, cohort, "amina")
    database.commit()

    rows = queries.paper.rows(db, bilal.id, prepared(db, quiz, cohort, bilal, now).id)

    names = [(row.number, row.enrolment.person.name.fr.split()[0]) for row in rows]
    assert names == [(1, "Amina"), (2, "Hiba"), (3, "Salma")]


def test_a_type_that_cannot_be_on_paper_is_named_and_nothing_is_prepared(
    db: Any, trainer: CheckingClient, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("single_choice", "cloze", "hot_text"))

    page = trainer.get(f"/fr/questions/quizzes/{quiz.id}/paper/").text
    answer = trainer.post(f"/fr/questions/quizzes/{quiz.id}/paper/", data={"cohort": str(cohort.id)})

    assert "2 · 3" in page
    assert (answer.status_code, "2 · 3" in answer.text) == (422, True)
    assert count(db, PaperSet) == 0


@pytest.mark.parametrize("rules", [{"published_at": None}, {"asks_certainty": True}])
def test_a_quiz_that_is_not_published_or_asks_for_certainty_is_not_prepared(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime, rules: dict[str, Any]
) -> None:
    quiz = short_quiz(db, bilal, now, **rules)
    with pytest.raises(NotOnPaper):
        services.paper.prepare(db, quiz, cohort, lang="fr", actor_id=bilal.id, now=now)


def test_a_cohort_of_others_or_of_another_quiz_is_not_in_the_list(
    db: Any, trainer: CheckingClient, bilal: Person, quiz: Quiz, cohort: Any, now: dt.datetime
) -> None:
    others = taught_cohort(db, make_person(db, "driss"))
    for_one = short_quiz(db, bilal, now, cohort_id=cohort.id)
    second_own = taught_cohort(db, bilal)

    for one, wanted in ((quiz, others), (for_one, second_own)):
        answer = trainer.post(f"/fr/questions/quizzes/{one.id}/paper/", data={"cohort": str(wanted.id)})
        assert answer.status_code == 422
    assert count(db, PaperSet) == 0


def test_preparing_is_audited(db: Any, made: PaperSet) -> None:
    assert audit_of(db, "quizzes.prepare-paper")[0].subject_id == made.id


def audit_of(db: Any, action: str) -> list[audit.AuditEntry]:
    return list(db.scalars(sa.select(audit.AuditEntry).where(audit.AuditEntry.action == action)))


# --- From paper to an attempt -----------------------------------------------------------------------------------------


def test_a_paper_becomes_an_ordinary_attempt_of_the_moment_it_was_sat(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    attempt = entered(db, made, bilal, now, wrong=1, lang="ar")
    questions = queries.attempts.questions(db, attempt.id)
    assert (attempt.number, attempt.state, attempt.submitted_by) == (1, AttemptState.SUBMITTED, "paper")
    assert (attempt.started_at, attempt.submitted_at, attempt.deadline_at) == (now, now, None)
    assert attempt.score is not None
    assert 0 < attempt.score < 1
    assert [one.lang for one in questions] == [None] + ["ar"] * 6
    assert row_of(db, made, bilal).entry is not None
    assert [entry.actor_id for entry in audit_of(db, "quizzes.enter-paper")] == [bilal.id]


def test_the_test_of_a_module_goes_into_the_ledger_on_the_day_it_was_sat(
    db: Any, bilal: Person, cohort: Any, curriculum: Any, now: dt.datetime
) -> None:
    """The curriculum's own test: a trainer of the cohort may hold it on paper."""
    test = queries.attempts.test_of(db, "concepts")
    enrolments = db.scalars(sa.select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)).all()
    read_lessons(db, enrolments[0], curriculum, now=now)
    papers = prepared(db, test, cohort, bilal, now)
    row = next(one for one in queries.paper.rows(db, bilal.id, papers.id) if one.enrolment_id == enrolments[0].id)

    services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now + dt.timedelta(days=3))
    database.commit()

    entry = ledger.entries(db, enrolments[0].id)["test:concepts"]
    assert (entry.share, entry.happened_on) == (1, now.date())


def test_an_open_answer_waits_for_its_mark_and_what_stays_on_the_paper_says_so(
    db: Any, bilal: Person, cohort: Any, trainer: CheckingClient, now: dt.datetime
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)

    assert filled(trainer, papers, ["+"], lang="ar").status_code == 302
    assert filled(trainer, papers, ["Deux lignes\nécrites"], number=2, lang="fr").status_code == 302

    attempts = db.scalars(sa.select(Attempt).order_by(Attempt.id)).all()
    answers = [queries.attempts.questions(db, one.id)[0].answer for one in attempts]
    assert answers == ["الجواب على الورقة.", "Deux lignes\nécrites"]
    assert [one.score for one in attempts] == [None, None]
    assert len(queries.pile.copies(db, bilal.id, papers.quiz_id)) == 2


def refused(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, error: type[Exception]) -> None:
    """The paper is not taken, and nothing of it stays."""
    before = count(db, Attempt)
    row = row_of(db, made, bilal)
    with pytest.raises(error):
        services.paper.enter(db, made, row, sat(made, when), actor_id=bilal.id, now=max(when, when + HOUR))
    database.rollback()
    assert (count(db, Attempt), count(db, PaperEntry)) == (before, 0)


def test_somebody_without_an_attempt_left_gets_none(
    db: Any, bilal: Person, quiz: Quiz, made: PaperSet, now: dt.datetime
) -> None:
    attempt = begin(db, quiz, row_of(db, made, bilal).enrolment, now)
    services.attempts.submit(db, attempt, by="person", now=now)
    database.commit()
    refused(db, made, bilal, now, NoAttemptLeft)


def test_somebody_with_an_attempt_under_way_gets_none_until_its_time_is_over(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=3, minutes=90)
    papers = prepared(db, quiz, cohort, bilal, now)
    begin(db, quiz, row_of(db, papers, bilal).enrolment, now)
    refused(db, papers, bilal, now, UnderWay)

    row = row_of(db, papers, bilal)
    attempt = services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now + 2 * HOUR)

    assert attempt.number == 2


def test_somebody_who_left_gets_none(db: Any, bilal: Person, made: PaperSet, now: dt.datetime) -> None:
    enrolment = row_of(db, made, bilal).enrolment
    programme.end_enrolment(db, enrolment, actor_id=bilal.id, reason="left", now=now)
    database.commit()
    refused(db, made, bilal, now, PaperRefused)


def test_a_withdrawn_quiz_takes_no_paper(db: Any, bilal: Person, quiz: Quiz, made: PaperSet, now: dt.datetime) -> None:
    services.quizzes.withdraw(db, quiz, actor_id=bilal.id, now=now)
    database.commit()
    refused(db, made, bilal, now, PaperRefused)


@pytest.mark.parametrize(
    ("rules", "error"),
    [({"closes_at": dt.timedelta(minutes=-1)}, OutsideWindow), ({"opens_at": dt.timedelta(minutes=1)}, OutsideWindow)],
)
def test_the_opening_and_the_closing_are_those_of_the_moment_it_was_sat(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime, rules: dict[str, Any], error: type[Exception]
) -> None:
    quiz = short_quiz(db, bilal, now, **{name: now + shift for name, shift in rules.items()})
    refused(db, prepared(db, quiz, cohort, bilal, now - HOUR), bilal, now, error)


def test_the_pause_between_two_attempts_holds_on_paper_too(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=3, pause_hours=24)
    first, second = prepared(db, quiz, cohort, bilal, now), prepared(db, quiz, cohort, bilal, now)
    entered(db, first, bilal, now)
    row = row_of(db, second, bilal)
    with pytest.raises(PauseNeeded):
        services.paper.enter(db, second, row, sat(second, now + HOUR), actor_id=bilal.id, now=now + 48 * HOUR)


@pytest.mark.parametrize("shift", [2 * HOUR, -2 * HOUR])
def test_a_test_is_not_sat_later_than_now_or_before_its_papers(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime, shift: dt.timedelta
) -> None:
    row = row_of(db, made, bilal)
    with pytest.raises(PaperRefused):
        services.paper.enter(db, made, row, sat(made, now + shift), actor_id=bilal.id, now=now + HOUR)


def test_of_two_trainers_with_the_same_paper_the_second_is_told_and_nothing_is_doubled(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    """Also where the second one read the row before the first one stored it."""
    papers = prepared(db, short_quiz(db, bilal, now, attempts_allowed=None), cohort, bilal, now)
    row = row_of(db, papers, bilal)
    services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now)
    database.commit()

    with pytest.raises(EnteredMeanwhile):
        services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now)
    database.rollback()

    assert count(db, Attempt) == 1


# --- Correcting ------------------------------------------------------------------------------------------------------


def corrected(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, *, wrong: int = 0, version: int = 1) -> bool:
    entry = row_of(db, made, bilal).entry
    assert entry is not None
    changed = services.paper.correct(
        db, made, entry, sat(made, when, wrong=wrong), version=version, actor_id=bilal.id, now=when + HOUR
    )
    database.commit()
    return changed


def test_a_correction_marks_again_and_keeps_the_old_and_the_new(
    app: Any, db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    attempt = entered(db, made, bilal, now, wrong=3)
    old = attempt.score
    with app.test_request_context():
        assert corrected(db, made, bilal, now) is True

    change = db.scalars(sa.select(MarkChange)).one()
    assert (change.reason, change.old_score, change.new_score) == (ChangeReason.ENTRY, old, 1)
    (act,) = audit_of(db, "quizzes.correct-paper")
    values = db.get_one(audit.AuditDetail, act.id).values
    assert values["before"] == {"1": "", "2": "", "3": ""}
    assert values["after"] == dict(zip("123", rights(made), strict=False))


def test_a_correction_without_a_difference_writes_nothing(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    assert corrected(db, made, bilal, now) is False
    assert (count(db, MarkChange), audit_of(db, "quizzes.correct-paper")) == (0, [])


def test_of_two_corrections_of_one_page_the_second_is_told(
    app: Any, db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    with app.test_request_context():
        corrected(db, made, bilal, now, wrong=1)
        with pytest.raises(EditedMeanwhile):
            corrected(db, made, bilal, now, wrong=2)


def test_after_a_week_nothing_is_corrected(db: Any, bilal: Person, made: PaperSet, now: dt.datetime) -> None:
    entered(db, made, bilal, now)
    entry = row_of(db, made, bilal).entry
    assert entry is not None
    with pytest.raises(EntryLocked):
        services.paper.correct(
            db, made, entry, sat(made, now, wrong=1), version=1, actor_id=bilal.id, now=now + dt.timedelta(days=8)
        )


def test_once_the_closing_shows_the_answers_nothing_is_corrected(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, feedback=Feedback.AFTER_CLOSING, closes_at=now + 3 * HOUR)
    papers = prepared(db, quiz, cohort, bilal, now)
    entered(db, papers, bilal, now)
    entry = row_of(db, papers, bilal).entry
    assert entry is not None
    assert services.paper.lock_of(db, papers, entry, now=now + 2 * HOUR) is None
    assert services.paper.lock_of(db, papers, entry, now=now + 4 * HOUR) is not None


def test_once_a_person_marked_an_answer_nothing_is_corrected(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)
    row = row_of(db, papers, bilal)
    attempt = services.paper.enter(db, papers, row, Sat(["Un texte"], "fr", now), actor_id=bilal.id, now=now)
    question = queries.attempts.questions(db, attempt.id)[0]
    entry = row_of(db, papers, bilal).entry
    assert entry is not None
    assert services.paper.lock_of(db, papers, entry, now=now) is None
    db.add(AnswerMark(attempt_question_id=question.id, number=1, marker_id=bilal.id, points={"a": 1}, marked_at=now))
    db.flush()
    assert services.paper.lock_of(db, papers, entry, now=now) is not None


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_from_the_quiz_to_a_stored_paper(
    db: Any, trainer: CheckingClient, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime, lang: str
) -> None:
    assert f"/questions/quizzes/{quiz.id}/paper/" in trainer.get(f"/{lang}/questions/quizzes/{quiz.id}/").text
    answer = trainer.post(f"/{lang}/questions/quizzes/{quiz.id}/paper/", data={"cohort": str(cohort.id)})
    assert answer.status_code == 302
    papers = queries.paper.set_or_none(db, bilal.id, db.scalars(sa.select(PaperSet.id)).one())
    assert papers is not None

    held = Fields(trainer.get(path(papers, "enter", lang)).text).held
    assert held["code"] == code_of(papers.id, 1)
    answer = trainer.post(path(papers, "enter", lang), data=held | numbered(rights(papers, lang)) | {"do": "save"})

    assert answer.headers["Location"].endswith("enter?row=2")
    assert "20/20" in trainer.get(answer.headers["Location"]).text
    assert db.scalars(sa.select(Attempt.score)).one() == 1


def test_a_wrong_letter_is_said_at_its_field_and_nothing_typed_is_lost(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    place = next(one.position for one in made.questions if one.version.type == "single_choice")
    answers = rights(made)
    answers[place - 1] = "E"
    answer = filled(trainer, made, answers)
    found = Fields(answer.text)
    assert answer.status_code == 422
    assert "Les lettres de A à D" in answer.text
    assert {name: text for name, text in found.held.items() if re.fullmatch(r"a\d+", name)} == numbered(answers)
    assert found.focus == f"a{place}"
    assert count(db, Attempt) == 0


@pytest.mark.parametrize("code", ["", "0", "99", "zz", "1" * 100_000, "-1", "1B"])
def test_an_unknown_code_or_a_wrong_letter_stores_nothing(
    db: Any, trainer: CheckingClient, made: PaperSet, code: str
) -> None:
    assert filled(trainer, made, rights(made), code=code).status_code == 422
    assert count(db, Attempt) == 0


def test_a_hundred_kilobytes_in_a_field_are_refused_at_it(db: Any, trainer: CheckingClient, made: PaperSet) -> None:
    for place in range(len(KINDS)):
        answers = rights(made)
        answers[place] = "x" * 100_000
        assert filled(trainer, made, answers).status_code == 422
    assert count(db, Attempt) == 0


def test_enter_goes_to_the_first_empty_field_and_stores_once_none_is(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    """What the Enter key sends where there is no script."""
    answers = rights(made)
    answer = filled(trainer, made, answers[:2] + [""] * 5, do="next")
    assert (answer.status_code, Fields(answer.text).focus, count(db, Attempt)) == (200, "a3", 0)
    assert filled(trainer, made, answers, do="next").status_code == 302
    assert count(db, Attempt) == 1


def test_another_code_opens_its_row(trainer: CheckingClient, made: PaperSet) -> None:
    answer = filled(trainer, made, [], code=code_of(made.id, 2), do="next")
    assert answer.headers["Location"].endswith("enter?row=2")


def test_a_code_typed_over_stores_that_row_and_never_over_one_that_is_stored(
    db: Any, bilal: Person, trainer: CheckingClient, made: PaperSet
) -> None:
    assert filled(trainer, made, rights(made), code=code_of(made.id, 2)).status_code == 302
    assert row_of(db, made, bilal, 2).entry is not None
    answer = filled(trainer, made, [""] * 7, code="2")
    assert (answer.status_code, count(db, Attempt)) == (409, 1)
    assert db.scalars(sa.select(Attempt.score)).one() == 1
    # Opened to be corrected, then typed over with the code of another stored row.
    filled(trainer, made, rights(made))
    assert filled(trainer, made, [""] * 7, code="2").status_code == 409
    assert db.scalars(sa.select(Attempt.score)).all() == [1, 1]


def test_a_stored_row_shows_its_answers_again_and_is_corrected(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    filled(trainer, made, [""] * 7)
    assert filled(trainer, made, rights(made)).status_code == 302
    held = Fields(trainer.get(path(made, "enter?row=1", "ar")).text).held
    assert {name: text for name, text in held.items() if re.fullmatch(r"a\d+", name)} == numbered(rights(made, "ar"))
    assert db.scalars(sa.select(Attempt.score)).one() == 1


def test_language_and_day_of_the_last_paper_stand_there_for_the_next(
    trainer: CheckingClient, made: PaperSet, at: Any, now: dt.datetime
) -> None:
    at(now + dt.timedelta(minutes=50))
    filled(trainer, made, rights(made), lang="ar", sat_at="2026-11-23T10:30")
    held = Fields(trainer.get(path(made, "enter")).text).held
    assert (held["lang"], held["sat_at"]) == ("ar", "2026-11-23 10:30:00")


def test_once_every_paper_is_stored_the_list_opens(trainer: CheckingClient, made: PaperSet) -> None:
    filled(trainer, made, rights(made))
    answer = filled(trainer, made, rights(made), number=2)
    assert answer.headers["Location"].endswith(path(made))
    assert trainer.get(path(made, "enter")).status_code == 302


def test_a_foreign_set_is_not_there(db: Any, second: CheckingClient, made: PaperSet) -> None:
    for rest in ("", "print", "list", "enter", "enter?row=1"):
        assert second.get(path(made, rest)).status_code == 404
    assert second.post(path(made, "enter"), data={"code": "1"}).status_code == 404


def test_a_set_of_a_cohort_no_longer_trained_is_not_there(
    db: Any, trainer: CheckingClient, bilal: Person, made: PaperSet
) -> None:
    db.execute(sa.delete(CohortTrainer).where(CohortTrainer.person_id == bilal.id))
    database.commit()
    assert trainer.get(path(made)).status_code == 404


def test_names_that_are_shown_stand_in_the_access_log(db: Any, trainer: CheckingClient, made: PaperSet) -> None:
    for rest in ("", "print?names=1&lang=fr", "print", "list", "enter?row=1"):
        trainer.get(path(made, rest))
    pages = list(db.scalars(sa.select(AccessEntry.page).order_by(AccessEntry.id)))
    assert pages == ["paper.show_set", "paper.print_papers", "paper.print_list", "paper.enter_row"]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_papers_show_no_key_and_one_copy_a_person(trainer: CheckingClient, made: PaperSet, lang: str) -> None:
    page = trainer.get(path(made, f"print?lang={lang}&names=1", "fr")).text
    direction = {"ar": "rtl", "fr": "ltr"}[lang]
    assert page.count(f'<article class="paper" lang="{lang}" dir="{direction}">') == 2
    assert all(page.count(f">{code_of(made.id, number)}<") == 1 for number in (1, 2))
    assert not re.search("Commentaire|تعليق|Car\\b|لأن|9,7", page)


def test_a_blank_paper_comes_in_both_languages_one_after_the_other(trainer: CheckingClient, made: PaperSet) -> None:
    page = trainer.get(path(made, "print")).text
    assert re.findall(r'<article class="paper" lang="(..)"', page) == ["ar", "fr"]


@pytest.mark.parametrize("rest", ["", "print?lang=ar&names=1", "list", "enter?row=1"])
def test_pages_ask_as_much_for_twenty_people_as_for_two(
    db: Any, trainer: CheckingClient, bilal: Person, cohort: Any, quiz: Quiz, at_most: Any, now: dt.datetime, rest: str
) -> None:
    for number in range(20):
        learner(db, cohort, f"person{number}", email=f"p{number}@example.ma")
    papers = prepared(db, quiz, cohort, bilal, now)
    for number in range(1, 12):
        entered(db, papers, bilal, now, number=number)
    trainer.get(path(papers, rest))
    with at_most(12):
        assert trainer.get(path(papers, rest)).status_code == 200


# --- Personal data ---------------------------------------------------------------------------------------------------


def test_whoever_is_forgotten_has_no_row_and_no_typed_answers_left(
    app: Any, db: Any, bilal: Person, trainer: CheckingClient, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now, wrong=2)
    with app.test_request_context():
        corrected(db, made, bilal, now)
    person_id = row_of(db, made, bilal).enrolment.person_id

    privacy.forget_answers(db, person_id, now=now)
    database.commit()

    assert queries.paper.row_or_none(db, bilal.id, made.id, 1) is None
    (act,) = audit_of(db, "quizzes.correct-paper")
    assert db.get(audit.AuditDetail, act.id) is None
    assert audit.first_broken_entry(db) is None
    assert filled(trainer, made, rights(made), number=2, code="1").status_code == 422


def test_rows_go_with_the_answers_when_their_time_is_over(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    rule = next(one for one in privacy.RULES if one.key == "quizzes.answers")
    rule.apply(db, now, now=now)
    assert count(db, PaperRow) == 2
    rule.apply(db, now + dt.timedelta(days=400), now=now)
    assert (count(db, PaperRow), count(db, PaperEntry), count(db, Attempt)) == (0, 0, 1)


def test_pairs_of_forms_print_only_for_their_half(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    form_a = short_quiz(db, bilal, now, purpose=Purpose.PRE_TEST)
    form_b = make_quiz(db, bilal.id, purpose=Purpose.PRE_TEST, title=Bilingual("ب", "B"), other_form_id=form_a.id)
    services.quizzes.add_questions(db, form_b, [write(db, bilal.id, now)], {})
    form_a.other_form_id = form_b.id
    database.commit()
    sets = [prepared(db, one, cohort, bilal, now) for one in (form_a, form_b)]
    ids = [{row.enrolment_id for row in queries.paper.rows(db, bilal.id, one.id)} for one in sets]
    assert ids[0].isdisjoint(ids[1])
    assert len(ids[0] | ids[1]) == 2
