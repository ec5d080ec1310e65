"""Every page of the product as somebody who may open it, for checks that look at all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.site import DEMO_PASSWORD, Site

LANGS = ("ar", "fr")
MODULES = ("concepts", "model", "planning")
ANYBODY = [
    "sign-in", "password", "invitation", "privacy", "accessibility", "help/",
    "invitation/unknown/", "password/unknown/", "not-there", "styleguide", "surveys/supervisor/unknown/",
    "surveys/supervisor/{supervisor}/", "surveys/supervisor/thanks",
]  # fmt: skip
PRIVACY_ADMINISTRATION = [
    "admin/privacy/", "admin/privacy/?state=answered", "admin/privacy/notices/", "admin/privacy/notices/new",
    "admin/privacy/retention/", "admin/privacy/register", "admin/privacy/people/{person}/anonymise",
]  # fmt: skip
#: Of the member; the desk's, of trainers and of monitoring.
SURVEYS = ["surveys/", "surveys/{asking}/", "surveys/follow-ups/{follow_up}/"]
SURVEY_DESK = [
    "surveys/desk/", "surveys/desk/?cohort={surveyed}", "surveys/desk/rounds/{told}/", "surveys/desk/rounds/{asking}/",
    "surveys/desk/follow-ups/", "surveys/desk/follow-ups/{followed}/3/",
]  # fmt: skip
LEARNER = [
    "", "modules/", "modules/concepts/", "modules/model/", "modules/planning/", "{lesson}",
    "{lesson}?beside=1", "modules/concepts/papers/module/", "worksheets/", "glossary/?q=zzzz", "progress/",
    "search/", "search/?q=%C3%A9galit%C3%A9", "search/?q=zzzz", "glossary/", "certificates/", "account/",
    "account/password", "account/second-factor/", "account/second-factor/set-up", "account/confirm",
    "quizzes/{quiz}/", "quizzes/{quiz}/attempts/1/result/", "notice", "monitoring/", "account/my-data",
    "ask/", "ask/published/", "ask/{asked}/", "ask/lessons/concepts/{slug}/", "ask/quizzes/{quiz}/",
    "live/{run}/", "live/{ended}/", *SURVEYS, "attendance/", "attendance/calendar/", "attendance/check-in/",
]  # fmt: skip
#: Of trainers; monitoring reads the closed one.
ATTENDANCE = [
    "attendance/", "attendance/?show=past", "attendance/own", "attendance/meetings/new?cohort={attended}",
    "attendance/meetings/{meeting}/", "attendance/half-days/{coming}/", "attendance/half-days/{coming}/move",
    "attendance/half-days/{coming}/cancel",
    "attendance/half-days/{coming}/close", "attendance/half-days/{coming}/screen",
    "attendance/half-days/{coming}/arrivals", "attendance/half-days/{closed}/",
    "attendance/half-days/{closed}/people/{present}/correct", "attendance/half-days/{closed}/reopen",
    "attendance/half-days/{coming}/walk-ins/", "attendance/cohorts/{attended}/groups",
    "attendance/reports/", "attendance/reports/{report}/",
    "attendance/reports/?show=answered", "attendance/meetings/{meeting}/report", "attendance/calendar/",
    "attendance/half-days/{coming}/paper", "attendance/half-days/{closed}/scan",
    "attendance/half-days/{closed}/people/{present}/file", "attendance/cohorts/{attended}/sheet-layout",
    "attendance/cohorts/{attended}/grid", "attendance/cohorts/{attended}/grid?module=model&from=x",
    "attendance/cohorts/{attended}/import",
]  # fmt: skip
OPEN_ATTEMPT = [
    "quizzes/{quiz}/", "quizzes/{quiz}/attempts/1/1/", "quizzes/{quiz}/attempts/1/2/",
    "quizzes/{quiz}/attempts/1/summary/", "quizzes/{quiz}/attempts/1/result/", "certificates/",
]  # fmt: skip
MONITOR = [
    "", "monitoring/", "monitoring/?sex=f&level=regional", "monitoring/?cohort=999999", "monitoring/organisations/",
    "monitoring/organisations/ofppt/", "monitoring/organisations/ofppt/?q=zzzz", "monitoring/people/{person}/",
    "monitoring/people/", "monitoring/people/?open=1", "questions/statistics/",
    "questions/statistics/gain/", "questions/statistics/{quiz}/",
    "{lesson}", "account/", *SURVEY_DESK, "surveys/desk/follow-ups/{followed}/3/answers",
    "attendance/", "attendance/half-days/{closed}/", "attendance/half-days/{closed}/people/{present}/correct",
    "attendance/half-days/{closed}/walk-ins/",
    "attendance/reports/", "attendance/reports/{report}/", "attendance/meetings/{meeting}/report",
    "attendance/status-names",
]  # fmt: skip
PROGRAMME_ADMINISTRATION = [
    "admin/", "admin/settings/", "admin/signatories/", "admin/signatories/new", "admin/audit/",
    "admin/mails/", "admin/mails/?state=sent", "admin/mails/?state=failed&q=zzzz",
    "admin/mails/wording/", "admin/mails/wording/programme.enrolment/", "admin/mails/write/",
    "admin/audit/?act=certificates.issue&page=2", "admin/audit/?q=zzzz", "admin/audit/chain", "admin/health/",
    "admin/cohorts/", "admin/cohorts/?state=archived", "admin/cohorts/new", "admin/cohorts/{cohort}/",
    "admin/cohorts/{cohort}/?show=left", "admin/cohorts/{cohort}/edit", "admin/cohorts/{cohort}/enrol?q=a",
    "admin/cohorts/{cohort}/enrol?organisation=ofppt", "admin/cohorts/{cohort}/people/{enrolment}/",
    "admin/seats/", "admin/seats/?state=vacant&organisation=ofppt", "admin/seats/new", "admin/seats/{seat}/",
    "admin/seats/{seat}/edit", "admin/seats/{seat}/appoint", "admin/seats/{seat}/appoint?q=zzzz",
]  # fmt: skip
PEOPLE_ADMINISTRATION = [
    "admin/people/", "admin/people/?q=zzzz", "admin/people/?state=archived", "admin/people/new",
    "admin/people/{person}/", "admin/people/{person}/edit", "admin/people/duplicates/",
    "admin/people/duplicates/{pair}/",
    "admin/organisations/", "admin/organisations/?state=archived", "admin/organisations/new", "admin/organisations/1/",
    "admin/regions/", "admin/regions/1/", "admin/imports/people/", "admin/imports/organisations/",
    "admin/invitations/", "admin/invitations/?state=opened",
    "admin/invitations/preview?act=mail&person={person}", "admin/invitations/preview?act=sheet&person={person}",
]  # fmt: skip
TRAINER = [
    "", "cohorts/", "cohorts/?state=over", "cohorts/{cohort}/", "cohorts/{cohort}/?show=behind",
    "questions/", "questions/?q=zzzz", "questions/?state=published&writing=complete&mine=1", "questions/new",
    "questions/new?type=cloze", "questions/new?type=open_answer", "questions/{question}/",
    "questions/{question}/?check=1",
    "questions/{question}/versions/", "questions/{question}/preview/", "questions/{question}/preview/frame",
    "questions/{question}/preview/frame?sent=1", "questions/{draft}/?check=1", "questions/coverage/",
    "questions/categories/", "questions/cases/", "questions/cases/new", "questions/cases/{case}/",
    "questions/quizzes/", "questions/quizzes/?state=archived", "questions/quizzes/new", "questions/quizzes/{practice}/",
    "questions/quizzes/{practice}/rules", "questions/quizzes/{practice}/preview/",
    "questions/quizzes/{practice}/preview/frame?n=2", "questions/quizzes/{practice}/preview/frame?n=3&sent=1",
    "questions/statistics/", "questions/statistics/gain/", "questions/statistics/{quiz}/",
    "questions/{question}/marks/?rule=full",
    "questions/grading/", "questions/grading/quizzes/{opened}/", "questions/grading/quizzes/{opened}/?state=released",
    "questions/grading/{unmarked}/", "questions/grading/{marked}/",
    "questions/arrangements/{taught}/", "questions/arrangements/{taught}/?quiz={quiz}",
    "questions/quizzes/{practice}/live/", "questions/live/{run}/", "questions/live/{ended}/",
    "questions/quizzes/{quiz}/people/", "questions/quizzes/{quiz}/people/?q=zzzz",
    "questions/quizzes/{quiz}/people/arrange?person={taught}", "questions/quizzes/{quiz}/people/{taught}/1/",
    "answers/", "answers/?state=published", "answers/?q=zzzz", "answers/{waits}/", "answers/{asked}/",
    "answers/{asked}/publish", *SURVEY_DESK, "surveys/desk/new",
    "questions/quizzes/{practice}/paper/", "questions/papers/{papers}/", "questions/papers/{papers}/print",
    "questions/papers/{papers}/print?lang=ar&names=1", "questions/papers/{papers}/list",
    "questions/papers/{papers}/enter", "questions/papers/{papers}/enter?row=1",
    *ATTENDANCE,
]  # fmt: skip
VERIFICATION = ["/v/", "/v/0000-0000-0000-0000", "/v/{code}"]


def places(site: Site) -> dict[str, Any]:
    """What the addresses above stand for in this demo."""
    code, person = site.row(
        "SELECT c.code, e.person_id FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id ORDER BY c.id LIMIT 1"
    )
    (quiz,) = site.row("SELECT id FROM quiz WHERE content_key = 'concepts/test'")
    (practice, case) = site.row("SELECT MIN(q.id), MIN(c.id) FROM quiz q, question_case c WHERE q.content_key IS NULL")
    (question,) = site.row("SELECT MIN(id) FROM question WHERE case_id IS NOT NULL")
    (draft,) = site.row("SELECT MIN(id) FROM question WHERE current_number = 0")
    (opened, unmarked, marked) = site.row(
        "SELECT MIN(t.quiz_id), MAX(a.id), MIN(m.attempt_question_id) FROM attempt_question a"
        " JOIN attempt t ON t.id = a.attempt_id JOIN question_version v ON v.id = a.version_id"
        " JOIN answer_mark m ON 1 = 1 WHERE v.type = 'open_answer'"
        " AND a.id NOT IN (SELECT attempt_question_id FROM answer_mark)"
    )
    (papers,) = site.row("SELECT MIN(id) FROM paper_set")
    bank = {
        "papers": papers,
        "opened": opened,
        "unmarked": unmarked,
        "marked": marked,
        "practice": practice,
        "case": case,
        "question": question,
        "draft": draft,
    }
    (cohort, enrolment) = site.row(
        "SELECT e.cohort_id, e.id FROM enrolment e JOIN cohort_trainer t ON t.cohort_id = e.cohort_id"
        " ORDER BY e.id DESC LIMIT 1"
    )
    (taught,) = site.row(
        "SELECT MAX(e.id) FROM enrolment e JOIN cohort_trainer t ON t.cohort_id = e.cohort_id"
        " JOIN person p ON p.id = t.person_id JOIN attempt a ON a.enrolment_id = e.id"
        " WHERE p.email = 'trainer@example.org' AND e.ended_at IS NULL AND a.state = 'submitted'"
        " AND a.number = 1 AND a.quiz_id = :quiz",
        quiz=quiz,
    )
    (seat,) = site.row("SELECT seat_id FROM seat_holding WHERE until_on IS NULL ORDER BY id LIMIT 1")
    (asked, waits) = site.row("SELECT MIN(thread_id), MAX(t.id) FROM exchange_publication, exchange_thread t")
    lesson = site.lessons()[0]
    exchange = {"asked": asked, "waits": waits, "slug": lesson.rstrip("/").split("/")[-1]}
    first, second = site.row("SELECT MIN(id), MAX(id) FROM person")
    programme = {"pair": f"{first}/{second}", "cohort": cohort, "enrolment": enrolment, "seat": seat, "taught": taught}
    return {"code": code, "person": person, "quiz": quiz, "lesson": lesson, **programme, **bank, **exchange}


def every_page(visit: Callable[..., Visitor], site: Site, **options: Any) -> Iterator[Page]:
    """Opens each page in both languages; the window is the same for pages of one visitor."""
    ended, run = site.ask_in_the_room()
    known = {**places(site), **site.surveys(), **site.attendance(), "ended": ended, "run": run}
    half_done = site.new_learner("fr")

    def opened(visitor: Visitor, paths: list[str]) -> Iterator[Page]:
        page = visitor.page()
        for path in paths:
            page.goto(site.url + path.format(**known))
            with contextlib.suppress(Exception):
                page.evaluate("document.fonts.ready")
            yield page

    def both(paths: list[str]) -> list[str]:
        return [f"/{lang}/{path}" for lang in LANGS for path in paths]

    yield from opened(visit(**options), both(ANYBODY) + VERIFICATION)
    administration = [*PROGRAMME_ADMINISTRATION, *PEOPLE_ADMINISTRATION, *PRIVACY_ADMINISTRATION]
    # The training team reads every lesson, whatever opens when.
    lessons = [f"{lesson}?whole=1" for lesson in site.lessons()] + [f"modules/{slug}/guide/" for slug in MODULES]
    lessons += [f"help/{topic}/" for topic in ("sign-in", "tests", "guides")]
    administration += ["help/", "help/imports/", "help/people/"]
    signed_in = {"learner": LEARNER, "monitor": MONITOR, "trainer": TRAINER + lessons, "admin": administration}
    for account, paths in signed_in.items():
        visitor = visit(**options)
        visitor.sign_in(visitor.page(), "fr", f"{account}@example.org", DEMO_PASSWORD)
        yield from opened(visitor, both(paths))
    visitor = visit(**options)
    start_test(visitor, site, half_done)
    yield from opened(visitor, both(OPEN_ATTEMPT))
    site.end_in_the_room()


def start_test(visitor: Visitor, site: Site, address: str) -> None:
    """Sign in, with the lessons read behind the scenes, and open the test."""
    site.read_lessons(address)
    page = visitor.page()
    visitor.sign_in(page, "fr", address)
    page.click(".hero a")
    page.click("form button.primary")
    page.wait_for_url("**/attempts/1/**")
