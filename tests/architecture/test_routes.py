"""Every address × every kind of visitor, against a table that a person reviewed.

A route without a line here fails, and so does a line without a route. The answers are classes: ``in`` (the view
answered), ``sign-in`` (sent to the sign-in page), ``403``, ``404`` (not there for this visitor), ``410``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.models import ImportBatch, LinkPurpose, OrganisationAlias, Region, RequestKind
from lms.accounts.queries.sign_ins import token_hash
from lms.accounts.services.links import new_token
from lms.administration.models import MessageToMany
from lms.attendance.models import (
    AttendanceFile,
    AttendanceImport,
    ErrorReport,
    Group,
    HalfDay,
    Meeting,
    StatusName,
    WalkIn,
)
from lms.core import db as database
from lms.core import mail, profile
from lms.core.access import PUBLIC, Role
from lms.core.bilingual import Bilingual
from lms.core.db import Base
from lms.core.profile import Signatory, StoredImage
from lms.exchange import services as exchange
from lms.exchange.models import Thread
from lms.exchange.queries import Place
from lms.quizzes.models import LiveQuestion, LiveRun, PaperSet, Question, QuestionCase
from lms.surveys import services as surveys
from lms.surveys.models import FollowUp
from tests.factories import make_certificate, make_cohort, make_enrolment, make_person, make_seat, start_attempt
from tests.pages import CheckingClient, without_token
from tests.surveys.files import make_form

VISITORS = ("anonymous", "learner", "colleague", "trainer", "monitor", "focal", "administrator", "suspended", "expired")
STRANGERS = ("anonymous", "suspended", "expired")


def line(default: str, **others: str) -> dict[str, str]:
    return {visitor: others.get(visitor, default) for visitor in VISITORS}


def strangers(answer: str) -> dict[str, str]:
    return dict.fromkeys(STRANGERS, answer)


PUBLIC_PAGE = line("in")
SIGNED_IN = line("in", **strangers("sign-in"))
LEARNER_ONLY = line("403", learner="in", colleague="in", **strangers("sign-in"))
#: Something of the learner's own: for a colleague it is not there.
OWN = {**LEARNER_ONLY, "colleague": "404"}
TEAM = line("403", monitor="in", focal="in", administrator="in", **strangers("sign-in"))
ADMIN_ONLY = line("403", administrator="in", **strangers("sign-in"))
TRAINER_ONLY = line("403", trainer="in", **strangers("sign-in"))
STATISTICS = line("403", trainer="in", monitor="in", **strangers("sign-in"))
#: One's own, or the list of half-days.
ATTENDANCE = line("403", learner="in", colleague="in", trainer="in", monitor="in", **strangers("sign-in"))
#: The world's half-day is one of the learner's.
ONES_OWN_HALF_DAY = {**ATTENDANCE, "colleague": "404", "trainer": "404", "monitor": "404"}
#: Of what the address names nothing is there for those who may ask.
NOT_THERE = {"trainer": "404", "monitor": "404"}
GUIDE = line("403", trainer="in", monitor="in", administrator="in", **strangers("sign-in"))
#: The focal point covers another organisation than the learner's.
MONITOR_ONLY = line("403", monitor="in", **strangers("sign-in"))
TEAM_OTHER_ORGANISATION = {**TEAM, "focal": "404"}

TABLE: dict[str, dict[str, str]] = {
    "GET /": PUBLIC_PAGE,
    "GET /healthz": PUBLIC_PAGE,
    "GET /readyz": PUBLIC_PAGE,
    "GET /assets/<filename>": PUBLIC_PAGE,
    "GET /v/": PUBLIC_PAGE,
    "GET /V/": PUBLIC_PAGE,
    "GET /v/<code>": PUBLIC_PAGE,
    "GET /V/<code>": PUBLIC_PAGE,
    "GET /<lang>/sign-in": PUBLIC_PAGE,
    "POST /<lang>/sign-in": PUBLIC_PAGE,
    # Without a password given first, the second step leads to the first.
    "GET /<lang>/sign-in/code": line("sign-in"),
    "POST /<lang>/sign-in/code": line("sign-in"),
    # Signing out leads to the sign-in page.
    "POST /<lang>/sign-out": line("sign-in"),
    # Only with LMS_DEVELOPMENT.
    "GET /<lang>/styleguide": line("404"),
    "GET /<lang>/password": PUBLIC_PAGE,
    "POST /<lang>/password": PUBLIC_PAGE,
    "GET /<lang>/password/<token>/": PUBLIC_PAGE,
    "POST /<lang>/password/<token>/": PUBLIC_PAGE,
    "GET /<lang>/invitation": PUBLIC_PAGE,
    "GET /<lang>/invitation/<token>/": PUBLIC_PAGE,
    "POST /<lang>/invitation/<token>/": PUBLIC_PAGE,
    "POST /<lang>/invitation/<token>/renew": PUBLIC_PAGE,
    "GET /<lang>/privacy": PUBLIC_PAGE,
    "GET /<lang>/accessibility": PUBLIC_PAGE,
    "GET /<lang>/help/": PUBLIC_PAGE,
    # A topic that everybody may read; those of a role: tests/help.
    "GET /<lang>/help/<topic>/": PUBLIC_PAGE,
    "POST /<lang>/preferences": PUBLIC_PAGE,
    "GET /<lang>/notice": SIGNED_IN,
    "POST /<lang>/notice": SIGNED_IN,
    "GET /<lang>/account/": SIGNED_IN,
    "POST /<lang>/account/names": SIGNED_IN,
    "POST /<lang>/account/profile": SIGNED_IN,
    "POST /<lang>/account/close-others": SIGNED_IN,
    "POST /<lang>/account/sessions/<sign_in_id>/close": SIGNED_IN,
    "GET /<lang>/account/password": SIGNED_IN,
    "POST /<lang>/account/password": SIGNED_IN,
    "GET /<lang>/account/confirm": SIGNED_IN,
    "POST /<lang>/account/confirm": SIGNED_IN,
    "GET /<lang>/account/second-factor/": SIGNED_IN,
    "GET /<lang>/account/second-factor/set-up": SIGNED_IN,
    "POST /<lang>/account/second-factor/set-up": SIGNED_IN,
    "POST /<lang>/account/second-factor/codes": SIGNED_IN,
    "POST /<lang>/account/second-factor/off": SIGNED_IN,
    "POST /<lang>/admin/people/<person_id>/second-factor/reset": ADMIN_ONLY,
    "GET /<lang>/admin/organisations/": ADMIN_ONLY,
    "GET /<lang>/admin/organisations/new": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/new": ADMIN_ONLY,
    "GET /<lang>/admin/organisations/<organisation_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/move": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/spellings": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/spellings/<spelling_id>/remove": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/archive": ADMIN_ONLY,
    "POST /<lang>/admin/organisations/<organisation_id>/restore": ADMIN_ONLY,
    "GET /<lang>/admin/regions/": ADMIN_ONLY,
    "GET /<lang>/admin/regions/<region_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/regions/<region_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/people/": ADMIN_ONLY,
    "GET /<lang>/admin/people/new": ADMIN_ONLY,
    "POST /<lang>/admin/people/new": ADMIN_ONLY,
    "GET /<lang>/admin/people/<person_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/people/<person_id>/edit": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/edit": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/roles": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/roles/<grant_id>/take": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/suspend": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/reactivate": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/archive": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/restore": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/end-sessions": ADMIN_ONLY,
    "POST /<lang>/admin/people/<person_id>/merges/<merge_id>/undo": ADMIN_ONLY,
    "GET /<lang>/admin/people/duplicates/": ADMIN_ONLY,
    "GET /<lang>/admin/people/duplicates/<first_id>/<second_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/people/duplicates/<first_id>/<second_id>/merge": ADMIN_ONLY,
    "POST /<lang>/admin/people/duplicates/<first_id>/<second_id>/apart": ADMIN_ONLY,
    "GET /<lang>/account/data": SIGNED_IN,
    "GET /<lang>/account/my-data": SIGNED_IN,
    "POST /<lang>/account/my-data/requests": SIGNED_IN,
    "GET /<lang>/": SIGNED_IN,
    "GET /<lang>/modules/": SIGNED_IN,
    "GET /<lang>/modules/<module>/": SIGNED_IN,
    "GET /<lang>/modules/<module>/guide/": line(
        "403", trainer="in", monitor="in", administrator="in", **strangers("sign-in")
    ),
    "GET /<lang>/modules/<module>/<lesson>/": SIGNED_IN,
    "POST /<lang>/modules/<module>/<lesson>/": SIGNED_IN,
    "GET /<lang>/modules/<module>/papers/<which>/": SIGNED_IN,
    "POST /<lang>/modules/<module>/papers/<which>/": SIGNED_IN,
    "GET /<lang>/modules/<module>/papers/<which>/file": SIGNED_IN,
    "GET /<lang>/worksheets/": SIGNED_IN,
    "GET /<lang>/worksheets/export.xlsx": SIGNED_IN,
    "POST /<lang>/worksheets/<sheet>/": SIGNED_IN,
    "GET /<lang>/search/": SIGNED_IN,
    "GET /<lang>/glossary/": SIGNED_IN,
    "GET /<lang>/progress/": LEARNER_ONLY,
    "POST /<lang>/enrolments/<enrolment_id>/choose": OWN,
    "GET /<lang>/quizzes/<quiz_id>/": LEARNER_ONLY,
    "POST /<lang>/quizzes/<quiz_id>/attempts": LEARNER_ONLY,
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/<position>/": OWN,
    "POST /<lang>/quizzes/<quiz_id>/attempts/<number>/<position>/": OWN,
    # A script gets its answer in JSON: 400 here, since the body is a form.
    "POST /<lang>/quizzes/<quiz_id>/attempts/<number>/<position>/answer": LEARNER_ONLY,
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/time": OWN,
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/summary/": OWN,
    "POST /<lang>/quizzes/<quiz_id>/attempts/<number>/submit": OWN,
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/result/": OWN,
    "POST /<lang>/quizzes/<quiz_id>/attempts/<number>/review": OWN,
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/<position>/picture": line(
        "403", learner="404", colleague="404", **strangers("sign-in")
    ),
    "GET /<lang>/quizzes/<quiz_id>/attempts/<number>/<position>/case-picture": line(
        "403", learner="404", colleague="404", **strangers("sign-in")
    ),
    "GET /<lang>/ask/": LEARNER_ONLY,
    "GET /<lang>/ask/published/": LEARNER_ONLY,
    "GET /<lang>/ask/lessons/<module>/<lesson>/": LEARNER_ONLY,
    "POST /<lang>/ask/lessons/<module>/<lesson>/": LEARNER_ONLY,
    "GET /<lang>/ask/quizzes/<quiz_id>/": OWN,
    "POST /<lang>/ask/quizzes/<quiz_id>/": OWN,
    "GET /<lang>/ask/<thread_id>/": OWN,
    "POST /<lang>/ask/<thread_id>/": OWN,
    "POST /<lang>/ask/<thread_id>/read": OWN,
    "GET /<lang>/answers/": TRAINER_ONLY,
    # The world's trainer holds no cohort: none of its questions is there.
    **dict.fromkeys(
        (
            f"{method} /<lang>/answers/<thread_id>/{rest}"
            for method, rest in (
                ("GET", ""),
                ("POST", ""),
                ("GET", "publish"),
                ("POST", "publish"),
                ("POST", "take-back"),
            )
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    "GET /<lang>/questions/statistics/": STATISTICS,
    "GET /<lang>/questions/statistics/gain/": STATISTICS,
    "GET /<lang>/questions/statistics/<quiz_id>/": STATISTICS,
    # Nobody sent it yet: there is no file of so few people.
    "GET /<lang>/questions/statistics/<quiz_id>/file": {**STATISTICS, "trainer": "404", "monitor": "404"},
    "GET /<lang>/questions/<question_id>/marks/": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/marks/": TRAINER_ONLY,
    "GET /<lang>/questions/grading/": TRAINER_ONLY,
    "GET /<lang>/questions/grading/next": TRAINER_ONLY,
    # The world's trainer holds no cohort: none of its answers is there.
    **dict.fromkeys(
        (
            f"{method} /<lang>/questions/grading/{rest}"
            for method, rest in (
                ("GET", "quizzes/<quiz_id>/"),
                ("POST", "quizzes/<quiz_id>/release"),
                ("GET", "<attempt_question_id>/"),
                ("POST", "<attempt_question_id>/"),
                ("GET", "<attempt_question_id>/change"),
                ("POST", "<attempt_question_id>/change"),
                ("GET", "<attempt_question_id>/pictures/<image_id>"),
            )
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    # The world's trainer holds no cohort: nobody of its learners is there; the curriculum's quizzes are.
    "GET /<lang>/questions/quizzes/<quiz_id>/people/": TRAINER_ONLY,
    "GET /<lang>/questions/quizzes/<quiz_id>/people/arrange": TRAINER_ONLY,
    **dict.fromkeys(
        (
            f"{method} /<lang>/questions/{rest}"
            for method, rest in (
                ("POST", "quizzes/<quiz_id>/people/arrange"),
                ("GET", "quizzes/<quiz_id>/people/<enrolment_id>/<number>/"),
                ("POST", "quizzes/<quiz_id>/people/<enrolment_id>/<number>/reviews/<review_id>"),
                ("GET", "arrangements/<enrolment_id>/"),
                ("POST", "arrangements/<enrolment_id>/"),
                ("POST", "arrangements/<enrolment_id>/<arrangement_id>/end"),
            )
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    # The quiz of this table is the curriculum's test: its page says that it is not asked in the room. Nothing is.
    "GET /<lang>/questions/quizzes/<quiz_id>/live/": TRAINER_ONLY,
    "POST /<lang>/questions/quizzes/<quiz_id>/live/": line("403", trainer="404", **strangers("sign-in")),
    **dict.fromkeys(
        (
            f"{method} /<lang>/questions/live/<run_id>/{rest}"
            for method, rest in (("GET", ""), ("POST", ""), ("GET", "count"), ("GET", "<position>/picture"))
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    # The room of the learner's cohort; the colleague belongs to another one.
    "GET /<lang>/live/<run_id>/": OWN,
    "GET /<lang>/live/<run_id>/state": OWN,
    "POST /<lang>/live/<run_id>/here": OWN,
    "POST /<lang>/live/<run_id>/<position>/": OWN,
    "GET /<lang>/live/<run_id>/<position>/picture": line("403", learner="404", colleague="404", **strangers("sign-in")),
    # The world's trainer holds no cohort: no papers of its own, and none to prepare for.
    "GET /<lang>/questions/quizzes/<quiz_id>/paper/": TRAINER_ONLY,
    "POST /<lang>/questions/quizzes/<quiz_id>/paper/": TRAINER_ONLY,
    **dict.fromkeys(
        (
            f"{method} /<lang>/questions/papers/<set_id>/{rest}"
            for method, rest in (
                ("GET", ""),
                ("GET", "print"),
                ("GET", "list"),
                ("GET", "enter"),
                ("POST", "enter"),
                ("GET", "pictures/<image_id>"),
            )
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    "GET /<lang>/questions/quizzes/": TRAINER_ONLY,
    "GET /<lang>/questions/quizzes/new": TRAINER_ONLY,
    "POST /<lang>/questions/quizzes/new": TRAINER_ONLY,
    # The quiz of this table is the curriculum's: it is changed in the files.
    **dict.fromkeys(
        (
            f"{method} /<lang>/questions/quizzes/<quiz_id>/{rest}"
            for method, rest in (
                ("GET", ""),
                ("GET", "rules"),
                ("POST", "rules"),
                ("POST", "items"),
                ("POST", "draws"),
                ("POST", "sections"),
                ("POST", "blueprint"),
                ("POST", "state"),
                ("GET", "preview/"),
                ("GET", "preview/frame"),
            )
        ),
        line("403", trainer="404", **strangers("sign-in")),
    ),
    "GET /<lang>/questions/pictures/<image_id>": line("403", trainer="404", **strangers("sign-in")),
    "GET /<lang>/questions/cases/": TRAINER_ONLY,
    "GET /<lang>/questions/cases/new": TRAINER_ONLY,
    "POST /<lang>/questions/cases/new": TRAINER_ONLY,
    "GET /<lang>/questions/cases/<case_id>/": TRAINER_ONLY,
    "POST /<lang>/questions/cases/<case_id>/": TRAINER_ONLY,
    "GET /<lang>/questions/cases/<case_id>/picture": line("403", trainer="404", **strangers("sign-in")),
    "GET /<lang>/questions/": TRAINER_ONLY,
    "POST /<lang>/questions/": TRAINER_ONLY,
    "GET /<lang>/questions/file": TRAINER_ONLY,
    "GET /<lang>/questions/coverage/": TRAINER_ONLY,
    "GET /<lang>/questions/categories/": TRAINER_ONLY,
    "POST /<lang>/questions/categories/": TRAINER_ONLY,
    "GET /<lang>/questions/new": TRAINER_ONLY,
    "POST /<lang>/questions/new": TRAINER_ONLY,
    "GET /<lang>/questions/<question_id>/": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/": TRAINER_ONLY,
    "GET /<lang>/questions/<question_id>/picture": line("403", trainer="404", **strangers("sign-in")),
    "GET /<lang>/questions/<question_id>/preview/": TRAINER_ONLY,
    "GET /<lang>/questions/<question_id>/preview/frame": TRAINER_ONLY,
    "GET /<lang>/questions/<question_id>/versions/": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/undo": TRAINER_ONLY,
    # Without a version to take there is none.
    "POST /<lang>/questions/<question_id>/versions/": line("403", trainer="404", **strangers("sign-in")),
    "POST /<lang>/questions/<question_id>/copy": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/archive": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/bring-back": TRAINER_ONLY,
    "POST /<lang>/questions/<question_id>/share": line("403", trainer="404", **strangers("sign-in")),
    "GET /<lang>/certificates/": LEARNER_ONLY,
    "POST /<lang>/certificates/<enrolment_id>/<rule>": OWN,
    "GET /<lang>/certificates/<certificate_id>/file": {**OWN, "monitor": "in", "administrator": "in"},
    "GET /<lang>/admin/": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/new": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/new": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/<cohort_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/<cohort_id>/edit": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/edit": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/archive": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/restore": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/<cohort_id>/enrol": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/enrol": ADMIN_ONLY,
    "GET /<lang>/admin/cohorts/<cohort_id>/people/<enrolment_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/people/<enrolment_id>/leave": ADMIN_ONLY,
    "POST /<lang>/admin/cohorts/<cohort_id>/people/<enrolment_id>/take-back": ADMIN_ONLY,
    "GET /<lang>/admin/seats/": ADMIN_ONLY,
    "GET /<lang>/admin/seats/new": ADMIN_ONLY,
    "POST /<lang>/admin/seats/new": ADMIN_ONLY,
    "GET /<lang>/admin/seats/<seat_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/seats/<seat_id>/edit": ADMIN_ONLY,
    "POST /<lang>/admin/seats/<seat_id>/edit": ADMIN_ONLY,
    "GET /<lang>/admin/seats/<seat_id>/appoint": ADMIN_ONLY,
    "POST /<lang>/admin/seats/<seat_id>/appoint": ADMIN_ONLY,
    "POST /<lang>/admin/seats/<seat_id>/vacate": ADMIN_ONLY,
    "POST /<lang>/admin/seats/<seat_id>/archive": ADMIN_ONLY,
    "POST /<lang>/admin/seats/<seat_id>/restore": ADMIN_ONLY,
    "GET /<lang>/cohorts/": TRAINER_ONLY,
    # The world's trainer trains no cohort: theirs are not there.
    "GET /<lang>/cohorts/<cohort_id>/": {**TRAINER_ONLY, "trainer": "404"},
    "GET /logo/<image_id>": PUBLIC_PAGE,
    "GET /<lang>/admin/audit/": ADMIN_ONLY,
    "GET /<lang>/admin/audit/chain": ADMIN_ONLY,
    "GET /<lang>/admin/audit/export.<kind>": ADMIN_ONLY,
    "GET /<lang>/admin/health/": ADMIN_ONLY,
    "GET /<lang>/admin/images/<image_id>": ADMIN_ONLY,
    "GET /<lang>/admin/imports/people/": ADMIN_ONLY,
    "GET /<lang>/admin/imports/organisations/": ADMIN_ONLY,
    "POST /<lang>/admin/imports/<subject>/": ADMIN_ONLY,
    "GET /<lang>/admin/imports/<subject>/template.<kind>": ADMIN_ONLY,
    "GET /<lang>/admin/imports/people/export.<kind>": ADMIN_ONLY,
    "GET /<lang>/admin/imports/<batch_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/imports/<batch_id>/comments.xlsx": ADMIN_ONLY,
    "POST /<lang>/admin/imports/<batch_id>/mend": ADMIN_ONLY,
    "POST /<lang>/admin/imports/<batch_id>/confirm": ADMIN_ONLY,
    "POST /<lang>/admin/imports/<batch_id>/undo": ADMIN_ONLY,
    "GET /<lang>/admin/mails/": ADMIN_ONLY,
    "GET /<lang>/admin/mails/<mail_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/mails/<mail_id>/again": ADMIN_ONLY,
    "POST /<lang>/admin/mails/<mail_id>/take-back": ADMIN_ONLY,
    "GET /<lang>/admin/mails/wording/": ADMIN_ONLY,
    "GET /<lang>/admin/mails/wording/<mail_kind>/": ADMIN_ONLY,
    "POST /<lang>/admin/mails/wording/<mail_kind>/": ADMIN_ONLY,
    "POST /<lang>/admin/mails/wording/<mail_kind>/reset": ADMIN_ONLY,
    "GET /<lang>/admin/mails/write/": ADMIN_ONLY,
    "POST /<lang>/admin/mails/write/": ADMIN_ONLY,
    "POST /<lang>/admin/mails/write/send": ADMIN_ONLY,
    "GET /<lang>/admin/mails/write/<message_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/requests/<request_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/privacy/requests/<request_id>/": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/people/<person_id>/anonymise": ADMIN_ONLY,
    "POST /<lang>/admin/privacy/people/<person_id>/anonymise": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/notices/": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/notices/new": ADMIN_ONLY,
    "POST /<lang>/admin/privacy/notices/new": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/retention/": ADMIN_ONLY,
    "POST /<lang>/admin/privacy/retention/": ADMIN_ONLY,
    "POST /<lang>/admin/privacy/retention/run": ADMIN_ONLY,
    "GET /<lang>/admin/privacy/register": ADMIN_ONLY,
    "GET /<lang>/admin/settings/": ADMIN_ONLY,
    "POST /<lang>/admin/settings/": ADMIN_ONLY,
    "POST /<lang>/admin/settings/logo": ADMIN_ONLY,
    "POST /<lang>/admin/settings/logo/remove": ADMIN_ONLY,
    "GET /<lang>/admin/settings/second-factor": ADMIN_ONLY,
    "POST /<lang>/admin/settings/second-factor": ADMIN_ONLY,
    "GET /<lang>/admin/signatories/": ADMIN_ONLY,
    "GET /<lang>/admin/signatories/new": ADMIN_ONLY,
    "POST /<lang>/admin/signatories/new": ADMIN_ONLY,
    "GET /<lang>/admin/signatories/<signatory_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/signatories/<signatory_id>/": ADMIN_ONLY,
    "POST /<lang>/admin/signatories/<signatory_id>/move": ADMIN_ONLY,
    "POST /<lang>/admin/signatories/<signatory_id>/archive": ADMIN_ONLY,
    "POST /<lang>/admin/signatories/<signatory_id>/restore": ADMIN_ONLY,
    "GET /<lang>/go-on": SIGNED_IN,
    "GET /<lang>/admin/invitations/": ADMIN_ONLY,
    # What is to be done, and with whom, comes in the query.
    "GET /<lang>/admin/invitations/preview": {**ADMIN_ONLY, "administrator": "404"},
    "POST /<lang>/admin/invitations/send": ADMIN_ONLY,
    "POST /<lang>/admin/invitations/sheet": ADMIN_ONLY,
    "POST /<lang>/admin/invitations/revoke": ADMIN_ONLY,
    "POST /<lang>/admin/invitations/<person_id>/link": ADMIN_ONLY,
    "GET /<lang>/attendance/": ATTENDANCE,
    "GET /<lang>/attendance/own": ATTENDANCE,
    "GET /<lang>/attendance/own/half-days/<half_day_id>/report": ONES_OWN_HALF_DAY,
    "POST /<lang>/attendance/own/half-days/<half_day_id>/report": ONES_OWN_HALF_DAY,
    "GET /<lang>/attendance/half-days/<half_day_id>/calendar.ics": {**ONES_OWN_HALF_DAY, "monitor": "in"},
    "GET /<lang>/attendance/meetings/<meeting_id>/calendar.ics": {**ONES_OWN_HALF_DAY, "monitor": "in"},
    "GET /<lang>/attendance/calendar/": ATTENDANCE,
    "POST /<lang>/attendance/calendar/": ATTENDANCE,
    "POST /<lang>/attendance/calendar/revoke": ATTENDANCE,
    # The token of the table opens no calendar.
    "GET /<lang>/attendance/calendar/<token>.ics": line("404"),
    "GET /<lang>/attendance/reports/": STATISTICS,
    "GET /<lang>/attendance/reports/<report_id>/": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/reports/<report_id>/": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/meetings/<meeting_id>/report": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/meetings/<meeting_id>/report.pdf": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/meetings/<meeting_id>/report": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/grid": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/grid.<kind>": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/import": {**STATISTICS, **NOT_THERE},
    "POST /<lang>/attendance/cohorts/<cohort_id>/import": {**STATISTICS, **NOT_THERE},
    # The world's training session is online only: it takes no files of sessions.
    "GET /<lang>/attendance/cohorts/<cohort_id>/export/<subject>.<kind>": {**STATISTICS, **NOT_THERE},
    "GET /<lang>/attendance/cohorts/<cohort_id>/template/<subject>.<kind>": {**STATISTICS, **NOT_THERE},
    "GET /<lang>/attendance/imports/<import_id>/": {**STATISTICS, **NOT_THERE},
    "POST /<lang>/attendance/imports/<import_id>/confirm": {**STATISTICS, **NOT_THERE},
    "POST /<lang>/attendance/imports/<import_id>/undo": {**STATISTICS, **NOT_THERE},
    "GET /<lang>/attendance/meetings/new": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/meetings/new": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/meetings/<meeting_id>/": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/meetings/<meeting_id>/": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/state": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/taps": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/sheet.pdf": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/sheet-layout": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/sheet-layout": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/sheet-layout/logos": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/sheet-layout/logos/<logo_id>/remove": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/sheet-layout/sample.pdf": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/scan": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/scan": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/people/<enrolment_id>/file": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/people/<enrolment_id>/file": {**STATISTICS, "trainer": "404"},
    # The learner's own; the colleague is another participant.
    "GET /<lang>/attendance/files/<file_id>": {**ATTENDANCE, "trainer": "404", "colleague": "404"},
    "POST /<lang>/attendance/files/<file_id>/remove": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/paper": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/paper": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/move": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/move": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/cancel": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/everyone/undo": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/arrivals/<enrolment_id>/unstrike": {
        **TRAINER_ONLY,
        "trainer": "404",
    },
    "POST /<lang>/attendance/half-days/<half_day_id>/cancel": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/close": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/close": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/reopen": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/reopen": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/walk-ins/": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/walk-ins/": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/walk-ins/<walk_in_id>/": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/attendance/cohorts/<cohort_id>/groups": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/groups": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/groups/members": {**TRAINER_ONLY, "trainer": "404"},
    "POST /<lang>/attendance/cohorts/<cohort_id>/groups/<group_id>/delete": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/status-names": MONITOR_ONLY,
    "POST /<lang>/attendance/status-names": MONITOR_ONLY,
    "POST /<lang>/attendance/status-names/<name_id>/retire": MONITOR_ONLY,
    "POST /<lang>/attendance/status-names/<name_id>/take-up": MONITOR_ONLY,
    "GET /p": PUBLIC_PAGE,
    "GET /P": PUBLIC_PAGE,
    "GET /p/<half_day_id>/<token>": PUBLIC_PAGE,
    "GET /P/<half_day_id>/<token>": PUBLIC_PAGE,
    "GET /<lang>/attendance/check-in/": ATTENDANCE,
    "POST /<lang>/attendance/check-in/": ATTENDANCE,
    "GET /<lang>/attendance/check-in/<half_day_id>": ATTENDANCE,
    "POST /<lang>/attendance/check-in/<half_day_id>": ATTENDANCE,
    "POST /<lang>/attendance/check-in/<half_day_id>/ask": ATTENDANCE,
    "GET /<lang>/attendance/half-days/<half_day_id>/screen": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/screen/codes": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/attendance/half-days/<half_day_id>/arrivals": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/arrivals/<enrolment_id>/strike": {
        **TRAINER_ONLY,
        "trainer": "404",
    },
    "GET /<lang>/attendance/half-days/<half_day_id>/people/<enrolment_id>/correct": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/attendance/half-days/<half_day_id>/people/<enrolment_id>/correct": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/surveys/": LEARNER_ONLY,
    "GET /<lang>/surveys/<round_id>/": OWN,
    "POST /<lang>/surveys/<round_id>/": OWN,
    "GET /<lang>/surveys/<round_id>/saved": OWN,
    "GET /<lang>/surveys/follow-ups/<follow_up_id>/": OWN,
    "POST /<lang>/surveys/follow-ups/<follow_up_id>/": OWN,
    "POST /<lang>/surveys/follow-ups/<follow_up_id>/supervisor": OWN,
    "GET /<lang>/surveys/supervisor/thanks": PUBLIC_PAGE,
    "GET /<lang>/surveys/supervisor/<ticket>/": PUBLIC_PAGE,
    "POST /<lang>/surveys/supervisor/<ticket>/": PUBLIC_PAGE,
    "GET /<lang>/surveys/desk/": STATISTICS,
    "GET /<lang>/surveys/desk/new": TRAINER_ONLY,
    "POST /<lang>/surveys/desk/new": TRAINER_ONLY,
    # The trainer of this table trains no cohort.
    "GET /<lang>/surveys/desk/rounds/<round_id>/": {**STATISTICS, "trainer": "404"},
    "POST /<lang>/surveys/desk/rounds/<round_id>/close": {**TRAINER_ONLY, "trainer": "404"},
    "GET /<lang>/surveys/desk/follow-ups/": STATISTICS,
    "GET /<lang>/surveys/desk/follow-ups/<cohort_id>/<months>/": {**STATISTICS, "trainer": "404"},
    "GET /<lang>/surveys/desk/follow-ups/<cohort_id>/<months>/answers": line(
        "403", monitor="in", **strangers("sign-in")
    ),
    "GET /<lang>/monitoring/": TEAM,
    "GET /<lang>/monitoring/organisations/": TEAM,
    "GET /<lang>/monitoring/organisations/<key>/": TEAM_OTHER_ORGANISATION,
    "GET /<lang>/monitoring/people/": TEAM,
    "GET /<lang>/monitoring/people/<person_id>/": TEAM_OTHER_ORGANISATION,
}


def name_of(rule: Any) -> str:
    path = rule.rule.replace("<any(ar,fr):lang>", "<lang>")
    for converter in ("int:", "path:"):
        path = path.replace(f"<{converter}", "<")
    return path


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, name_of(rule)


@dataclass
class World:
    """Rows that every address of the table can point to; ``people`` by visitor."""

    people: dict[str, Any]
    arguments: dict[str, Any]

    def path(self, route: str, lang: str = "fr") -> str:
        path = route.replace("<lang>", lang)
        for name, value in self.arguments.items():
            path = path.replace(f"<{name}>", str(value))
        assert "<" not in path, path
        return path


def make_papers(db: Any, quiz_id: int, cohort_id: int, *, now: dt.datetime) -> int:
    """Papers of a cohort; committed."""
    papers = PaperSet(quiz_id=quiz_id, cohort_id=cohort_id, made_at=now)
    db.add(papers)
    database.commit()
    return int(papers.id)


@pytest.fixture
def world(app: Flask, db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None]) -> World:
    cohort = make_cohort(db)
    learner = make_person(db)
    enrolment = make_enrolment(db, learner, cohort)
    certificate = make_certificate(db, enrolment, curriculum, now=now)
    # A second enrolment's open attempt, so that question pages answer.
    later = make_cohort(db, starts_on=dt.date(2026, 11, 9))
    attempt = start_attempt(db, make_enrolment(db, learner, later), curriculum, now=now)
    colleague = make_person(db, "driss")
    make_enrolment(db, colleague, later)
    people = {
        "learner": learner,
        "colleague": colleague,
        "trainer": make_person(db, "bilal", role=Role.TRAINER),
        "monitor": make_person(db, "amina", role=Role.MONITOR),
        "focal": make_person(db, "fatima", role=Role.FOCAL_POINT, organisation_key="tourisme"),
        "administrator": make_person(db, "karim", role=Role.ADMINISTRATOR),
        "suspended": make_person(db, "said"),
        "expired": make_person(db, "nadia"),
    }
    invited = make_person(db, "hiba")
    reset = accounts.make_link(db, invited, LinkPurpose.RESET, lasts=dt.timedelta(hours=2), now=now)
    arguments = {
        "token": reset,
        "filename": app.extensions["assets"].filename("app.css"),
        "code": certificate.code,
        "module": "concepts",
        "topic": "entering",
        "lesson": "first",
        "quiz_id": attempt.quiz_id,
        "number": attempt.number,
        "position": 1,
        "attempt_question_id": attempt.questions[0].id,
        "enrolment_id": enrolment.id,
        "run_id": asked_in_the_room(db, attempt, cohort, now).id,
        "set_id": make_papers(db, attempt.quiz_id, cohort.id, now=now),
        "review_id": 1,
        # Answered and not read yet: opening it must not count as reading.
        "thread_id": answered_thread(db, enrolment, now).id,
        "arrangement_id": 1,
        "rule": "achievement:concepts",
        "certificate_id": certificate.id,
        "key": "ofppt",
        "cohort_id": cohort.id,
        "seat_id": make_seat(db).id,
        "person_id": learner.id,
        "sign_in_id": 999_999,
        "request_id": accounts.ask(db, learner.id, RequestKind.ACCESS, "?", now=now).id,
        "sheet": "analysis",
        "which": "module",
        # One of the curriculum's: shared by all trainers.
        "case_id": written_case(db, now).id,
        "question_id": db.scalars(sa.select(Question.id).order_by(Question.id)).first(),
        "subject": "people",
        "kind": "xlsx",
        **surveyed(db, enrolment, now),
        **attended(db, enrolment, now),
        **administered(db, now),
        **kept(db, learner, people["administrator"].id, now),
        **mailed(db, people["administrator"].id, now),
    }
    database.commit()
    run_jobs()
    return World(people, arguments)


def attended(db: Any, enrolment: Any, now: dt.datetime) -> dict[str, Any]:
    """A meeting of the cohort whose half-day is closed."""
    meeting = Meeting(
        cohort_id=enrolment.cohort_id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat"
    )
    half_day = HalfDay(day=now.date(), starts=dt.time(9), ends=dt.time(12), closed_at=now, first_closed_at=now)
    meeting.half_days.append(half_day)
    group = Group(cohort_id=enrolment.cohort_id, name=Bilingual("مجموعة", "Groupe"))
    db.add_all([meeting, group])
    db.flush()
    imported = AttendanceImport(
        kind="marks", cohort_id=enrolment.cohort_id, name="f", remarks=[], lines=[], rows=0, before={}, kept=[],
        made_at=now,
    )  # fmt: skip
    file = AttendanceFile(
        half_day_id=half_day.id, enrolment_id=enrolment.id, name="f.pdf", media_type="application/pdf", size=1,
        sha256="0" * 64, body=b"%", added_at=now,
    )  # fmt: skip
    walk_in = WalkIn(half_day_id=half_day.id, name="Salma", status="present", noted_at=now)
    report = ErrorReport(half_day_id=half_day.id, enrolment_id=enrolment.id, text="?", said_at=now)
    name = StatusName(status="excused", name=Bilingual("مهمة", "Mission"))
    db.add_all([file, imported, walk_in, report, name])
    db.flush()
    return {
        "meeting_id": meeting.id, "half_day_id": half_day.id, "group_id": group.id, "walk_in_id": walk_in.id,
        "report_id": report.id, "file_id": file.id, "logo_id": 1, "import_id": imported.id,
        "name_id": name.id,
    }  # fmt: skip


def surveyed(db: Any, enrolment: Any, now: dt.datetime) -> dict[str, Any]:
    """An open survey of the cohort, a follow-up that is due, and the link of a supervisor."""
    form = make_form(db, "session-end", now=now)
    opened = surveys.rounds.open(db, form, enrolment.cohort, opens_on=now.date(), now=now)
    ticket = new_token()
    follow_up = FollowUp(
        enrolment_id=enrolment.id, months=3, due_on=now.date(), supervisor_asked_on=now.date(),
        supervisor_token_hash=token_hash(ticket),
    )  # fmt: skip
    db.add(follow_up)
    db.flush()
    return {"round_id": opened.id, "follow_up_id": follow_up.id, "ticket": ticket, "months": 3}


def answered_thread(db: Any, enrolment: Any, now: dt.datetime) -> Thread:
    thread = exchange.ask(db, enrolment, Place(lesson="concepts/first"), "?", now=now)
    thread.waiting_since, thread.is_unread = None, True
    db.flush()
    return thread


def asked_in_the_room(db: Any, attempt: Any, cohort: Any, now: dt.datetime) -> LiveRun:
    """A run of one question in the room of a cohort, not open yet."""
    run = LiveRun(quiz_id=attempt.quiz_id, cohort_id=cohort.id, salt="0" * 32, started_at=now)
    db.add(run)
    db.flush()
    asked = attempt.questions[0]
    db.add(LiveQuestion(run_id=run.id, position=1, version_id=asked.version_id, order=asked.order))
    db.flush()
    return run


def written_case(db: Any, now: dt.datetime) -> QuestionCase:
    case = QuestionCase(text=Bilingual("حالة", "Un cas"), image_alt=Bilingual("", ""), changed_at=now)
    db.add(case)
    db.flush()
    return case


def administered(db: Any, now: dt.datetime) -> dict[str, Any]:
    """What the administration's pages are about: a logo, a signatory, a file that waits for its confirmation."""
    picture = StoredImage(body=b"picture", width=1, height=1, sha256="0" * 64, created_at=now)
    signatory = Signatory(position=1, name=Bilingual("سلمى", "Salma"), function=Bilingual("", "Direction"))
    batch = ImportBatch(kind="people", filename="list.csv", sha256="0" * 64, remarks=[], created_at=now)
    db.add_all([picture, signatory, batch])
    db.flush()
    profile.for_editing(db).logo_id = picture.id
    return {"image_id": picture.id, "signatory_id": signatory.id, "batch_id": batch.id}


def kept(db: Any, learner: Any, actor_id: int, now: dt.datetime) -> dict[str, Any]:
    """What the pages on duplicates and organisations are about."""
    twin, first, second = (make_person(db, name) for name in ("hiba2", "omar", "omar2"))
    ofppt, region = learner.organisation, db.scalars(sa.select(Region)).first()
    spelling = OrganisationAlias(organisation_id=ofppt.id, folded="opt", spelling="OPT")
    db.add(spelling)
    merge = accounts.merge_people(db, learner.id, twin.id, take=(), actor_id=actor_id, now=now)
    return {
        "grant_id": learner.grants[0].id,
        "merge_id": merge.id,
        "first_id": first.id,
        "second_id": second.id,
        "organisation_id": ofppt.id,
        "spelling_id": spelling.id,
        "region_id": region.id,
    }


def mailed(db: Any, author_id: int, now: dt.datetime) -> dict[str, Any]:
    """What the pages on messages are about: one of the outbox, a kind, one to many."""
    sent = mail.send(db, recipient_id=None, address="", lang="fr", subject="s", text="t", now=now)
    words = Bilingual("رسالة", "Message")
    message = MessageToMany(
        key="0" * 32, target="role:learner", subject=words, text=words, author_id=author_id, created_at=now,
        people=0, without_address=0, objected=0, waiting=[],
    )  # fmt: skip
    db.add(message)
    db.flush()
    return {"mail_id": sent.id, "mail_kind": "accounts.invitation", "message_id": message.id}


def open_as(app: Flask, world: World, visitor: str, at: Callable[[dt.datetime], None], now: dt.datetime) -> Any:
    """A client signed in as the visitor; suspended and expired people keep the cookie they had."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    at(now)
    if visitor == "anonymous":
        return client
    if visitor == "expired":
        at(now - dt.timedelta(hours=13))
    client.signed_in(world.people[visitor])
    at(now)
    if visitor == "suspended":
        database.use_mode(database.WRITE)
        person = database.session().get_one(type(world.people[visitor]), world.people[visitor].id)
        accounts.suspend(database.session(), person, actor_id=None, reason="left", now=now)
        database.commit()
    return client


def class_of(response: Any) -> str:
    if response.status_code in (301, 302, 303):
        return "sign-in" if "/sign-in" in response.headers["Location"] else "in"
    if response.status_code == 401:
        return "sign-in"
    if response.status_code in (403, 404):
        return str(response.status_code)
    assert response.status_code < 500, response.text
    return "in"


def turn(route: str) -> int:
    """Unsafe routes after the safe ones, and those last that change what the others would see."""
    last = ("/submit", "/review", "/sign-out")
    return 2 + last.index(route[route.rindex("/") :]) if route.endswith(last) else int(route.startswith("POST"))


def test_every_route_has_a_line_and_every_line_a_route(sqlite_app: Flask) -> None:
    assert {f"{method} {route}" for method, route in routes(sqlite_app)} == set(TABLE)


def test_every_view_names_a_permission_or_says_public(sqlite_app: Flask) -> None:
    for endpoint, view in sqlite_app.view_functions.items():
        permission = view.required_permission  # type: ignore[attr-defined]
        assert permission is PUBLIC or permission.roles, endpoint


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_route_answers_each_visitor_as_the_table_says(
    app: Flask, world: World, visitor: str, at: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    client = open_as(app, world, visitor, at, now)
    found = {}
    for route in sorted(TABLE, key=turn):
        method, path = route.split(" ")
        response = client.open(world.path(path), method=method, data={} if method == "POST" else None)
        found[route] = class_of(response)
    assert found == {route: TABLE[route][visitor] for route in TABLE}


def test_403_names_the_role_and_reads_no_row_of_the_page(
    app: Flask, world: World, at: Callable[[dt.datetime], None], now: dt.datetime, at_most: Any
) -> None:
    client = open_as(app, world, "learner", at, now)
    for lang, words in (("fr", "Équipe de suivi"), ("ar", "فريق التتبع")):
        with at_most(1) as statements:
            response = client.get(f"/{lang}/monitoring/people/{world.arguments['person_id']}/")
        assert response.status_code == 403
        assert words in response.text
        assert not [one for one in statements if "module_progress" in one or "enrolment" in one]


def test_a_foreign_thing_answers_as_one_that_is_not_there(
    app: Flask, world: World, at: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    client = open_as(app, world, "colleague", at, now)
    quiz, certificate = world.arguments["quiz_id"], world.arguments["certificate_id"]
    pairs = [
        (f"/fr/quizzes/{quiz}/attempts/1/1/", f"/fr/quizzes/{quiz}/attempts/99/1/"),
        (f"/fr/certificates/{certificate}/file", "/fr/certificates/99999/file"),
    ]
    for foreign, absent in pairs:
        bodies = []
        for path in (foreign, absent):
            response = client.get(path)
            assert response.status_code == 404
            bodies.append(
                [
                    row
                    for row in without_token(response.text).splitlines()
                    if "Référence" not in row and path[3:] not in row
                ]
            )
        assert bodies[0] == bodies[1]


def fingerprint(app: Flask, *, without: set[str]) -> dict[str, str]:
    """A hash of each table's rows."""
    with app.app_context():
        database.use_mode(database.READ)
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in without:
                columns = [column for column in table.c if column.name != "last_seen_at"]
                rows = sorted(str(tuple(row)) for row in database.session().execute(sa.select(*columns)))
                found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        database.rollback()
        return found


@pytest.mark.parametrize("visitor", ["learner", "monitor", "focal", "administrator", "trainer"])
def test_get_requests_change_nothing(
    app: Flask, world: World, visitor: str, at: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    """Security notes T3. The access log and the moment last seen are the two things that reading writes."""
    client = open_as(app, world, visitor, at, now)
    before = fingerprint(app, without={"access_entry"})
    for lang in ("ar", "fr"):
        for route in TABLE:
            method, path = route.split(" ")
            if method == "GET":
                client.get(world.path(path, lang))
    assert fingerprint(app, without={"access_entry"}) == before


def test_unsafe_requests_without_the_forms_token_change_nothing(
    app: Flask, world: World, at: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    client = open_as(app, world, "learner", at, now)
    before = fingerprint(app, without=set())
    for route in TABLE:
        method, path = route.split(" ")
        if method == "POST":
            response = client.post(world.path(path), csrf=False, data={"name_fr": "X", "lang": "ar", "go": "next"})
            assert response.status_code == 400, route
    assert fingerprint(app, without=set()) == before
