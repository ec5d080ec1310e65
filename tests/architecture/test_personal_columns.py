"""Security notes T41: every column says whether it is about a person, and a person can read what is about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask

from lms.core import own_data
from lms.core.db import Base
from tests.factories import make_certificate, make_enrolment

#: table -> columns about a person: where the person reads each (``section.field`` of their data), or why not there.
PERSONAL: dict[str, dict[str, str]] = {
    "access_entry": {
        "actor_id": "viewed_by.by",
        "person_id": "why: the person reading",
        "page": "viewed_by.page",
        "happened_at": "viewed_by.at",
    },
    "answer_mark": {
        "attempt_question_id": "why: leads to the person",
        "marker_id": "why: about the team, an id only",
        "points": "open_answers.points",
        "comment": "open_answers.comment",
        "marked_at": "why: record of the team's acts; what holds is shown",
    },
    "comment_snippet": {
        "owner_id": "why: leads to the person",
        "text": "snippets.text",
        "created_at": "snippets.created_at",
    },
    "answer_arrival": {
        "answer": "attempts.answers",
        "device": "why: random id of a browser tab",
        "arrived_at": "why: keeps two answers apart; the moment of the attempt is shown",
    },
    "attempt": {
        "enrolment_id": "why: leads to the person",
        "started_at": "attempts.started_at",
        "submitted_at": "attempts.submitted_at",
        "score": "attempts.score",
    },
    "attempt_question": {
        "answer": "attempts.answers",
        "answered_at": "why: order of arrival; the moment of the attempt is shown",
        "fraction": "why: part of the score, shown with the result once answers may be seen",
        "flagged": "why: a mark for oneself, shown in the attempt",
        "certainty": "why: part of the answer, shown in the attempt",
        "lang": "why: language of the page on which the answer was given",
        "marked_with_id": "why: which key marks the answer, shown with the result",
        "is_given_up": "why: about the question, shown with the result",
    },
    "arrangement": {
        "enrolment_id": "why: leads to the person",
        "time_percent": "arrangements.time_percent",
        "extra_minutes": "arrangements.extra_minutes",
        "extra_attempts": "arrangements.extra_attempts",
        "closes_at": "arrangements.closes_at",
        "changed_at": "why: record of the team's acts; what holds is shown",
        "changed_by_id": "why: about the team, an id only",
    },
    "live_run": {"trainer_id": "why: about the team, an id only"},
    "live_presence": {"participant": "why: a hash that leads back to nobody"},
    "live_answer": {
        "participant": "why: a hash that leads back to nobody",
        "answer": "why: nobody can tell whose it is",
    },
    "mark_change": {
        "attempt_id": "why: leads to the person",
        "old_score": "marks_changed.old_score",
        "new_score": "marks_changed.new_score",
        "changed_at": "marks_changed.changed_at",
        "changed_by_id": "why: about the team, an id only",
    },
    "paper_set": {"made_by_id": "why: about the team, an id only"},
    "paper_row": {
        "enrolment_id": "why: leads to the person",
        "number": "why: place of the name in a printed list",
    },
    "paper_entry": {
        "attempt_id": "why: leads to the person; the attempt is shown",
        "lang": "why: language of the paper, kept with each answer",
        "entered_at": "why: record of the team's acts; the moment of the attempt is shown",
        "entered_by_id": "why: about the team, an id only",
    },
    "regrade": {"asked_by_id": "why: about the team, an id only"},
    "review_request": {
        "attempt_id": "why: leads to the person",
        "words": "reviews.words",
        "asked_at": "reviews.asked_at",
        "answer": "reviews.answer",
        "answered_at": "reviews.answered_at",
        "answered_by_id": "why: about the team, an id only",
    },
    "question": {
        "owner_id": "why: leads to the person; their questions are listed",
        "review_asked_by_id": "why: leads to the person, until a second trainer published the question",
        "created_at": "questions.created_at",
    },
    "question_case": {"owner_id": "why: leads to the person; the words are the programme's"},
    "quiz": {"owner_id": "why: leads to the person; the quiz is the programme's"},
    "question_draft": {"saved_by_id": "why: leads to the person; the words are the programme's"},
    "question_version": {"published_by_id": "why: leads to the person; the words are the programme's"},
    "exchange_thread": {
        "enrolment_id": "why: leads to the person",
        "lesson": "team_questions.place",
        "step": "why: part of the place, shown as the link of the question",
        "quiz_id": "team_questions.place",
        "attempt_number": "why: part of the place, shown as the link of the question",
        "asked_at": "team_questions.asked_at",
        "waiting_since": "why: the moment of a message that is shown",
        "is_unread": "why: a mark on the person's own list",
        "search_text": "why: the messages, spelled for searching",
    },
    "exchange_message": {
        "thread_id": "why: leads to the person",
        "text": "team_questions.questions",
        "answered_by_id": "why: shown with the name beside the answer",
        "written_at": "why: shown beside each message; the first moment is listed",
    },
    "exchange_publication": {
        "thread_id": "why: leads to the person",
        "question_ar": "team_questions.published",
        "question_fr": "team_questions.published",
        "answer_ar": "team_questions.published",
        "answer_fr": "team_questions.published",
        "published_by_id": "why: about the team, an id only",
    },
    "half_day": {"closed_by_id": "why: about the team, an id only"},
    "attendance_mark": {
        "half_day_id": "attendance.day",
        "enrolment_id": "why: leads to the person",
        "status": "attendance.status",
        "name_id": "attendance.status_name",
        "minutes": "attendance.minutes",
        "remark": "attendance.remark",
        "method": "attendance.method",
        "organisation_id": "attendance.organisation",
        "marked_at": "attendance.marked_at",
        "marked_by_id": "why: about the team, an id only",
    },
    "attendance_report": {
        "half_day_id": "attendance_reports.day",
        "enrolment_id": "why: leads to the person",
        "text": "attendance_reports.text",
        "said_at": "attendance_reports.said_at",
        "answered_at": "attendance_reports.answered_at",
        "answered_by_id": "why: about the team, an id only",
        "outcome": "attendance_reports.outcome",
        "answer": "attendance_reports.answer",
    },
    "attendance_warning": {
        "half_day_id": "attendance_warnings.day",
        "enrolment_id": "why: leads to the person",
        "recipient_id": "why: the person, or a focal point: an id only",
        "kind": "attendance_warnings.kind",
        "warned_at": "attendance_warnings.warned_at",
    },
    "calendar_feed": {
        "person_id": "why: leads to the person",
        "token_hash": "why: a secret, and only its hash",
        "made_at": "calendar.made_at",
    },
    "meeting_report": {
        "written_by_id": "why: about the team, an id only",
    },
    "attendance_mark_change": {
        "half_day_id": "attendance_changes.day",
        "enrolment_id": "why: leads to the person",
        "old_status": "attendance_changes.old_status",
        "old_minutes": "attendance_changes.old_minutes",
        "status": "attendance_changes.status",
        "name_id": "attendance_changes.status_name",
        "old_name_id": "attendance_changes.old_status_name",
        "minutes": "attendance_changes.minutes",
        "method": "attendance_changes.method",
        "reason": "attendance_changes.reason",
        "reason_text": "attendance_changes.reason_text",
        "changed_at": "attendance_changes.changed_at",
        "changed_by_id": "why: about the team, an id only",
    },
    "meeting_trainer": {
        "person_id": "why: leads to the person",
        "meeting_id": "meetings_led.module",
    },
    "half_day_trainer": {
        "person_id": "why: leads to the person",
        "half_day_id": "meetings_led.day",
    },
    "attendance_group_member": {
        "enrolment_id": "why: leads to the person",
        "group_id": "attendance_group.name",
    },
    "attendance_walk_in": {
        "half_day_id": "attendance_walk_ins.day",
        "person_id": "why: leads to the person",
        "name": "attendance_walk_ins.name",
        "organisation": "attendance_walk_ins.organisation",
        "contact": "attendance_walk_ins.contact",
        "status": "attendance_walk_ins.status",
        "minutes": "attendance_walk_ins.minutes",
        "noted_at": "attendance_walk_ins.noted_at",
        "noted_by_id": "why: about the team, an id only",
        "decided_at": "attendance_walk_ins.decided_at",
        "decided_by_id": "why: about the team, an id only",
        "enrolment_id": "why: leads to the person",
    },
    "attendance_check_in": {
        "half_day_id": "check_ins.day",
        "enrolment_id": "why: leads to the person",
        "at": "check_ins.at",
        "method": "check_ins.method",
        "device": "why: keyed hash of a random number of the browser, nothing a person could read",
        "struck_at": "check_ins.struck_at",
        "struck_by_id": "why: about the team, an id only",
    },
    "attendance_tap": {
        "half_day_id": "attendance.day",
        "enrolment_id": "why: leads to the person",
        "device": "why: a random name of the team's device, for 30 days",
    },
    "attendance_file": {
        "half_day_id": "attendance_files.day",
        "enrolment_id": "why: leads to the person",
        "name": "attendance_files.name",
        "media_type": "attendance_files.media_type",
        "size": "attendance_files.size",
        "body": "why: the person opens the file itself on the page of their attendance",
        "added_at": "attendance_files.added_at",
        "added_by_id": "why: about the team, an id only",
        "removed_at": "attendance_files.removed_at",
    },
    "attendance_import": {
        "made_by_id": "why: about the team, an id only",
        "undone_by_id": "why: about the team, an id only",
        "lines": "why: read from a file for a moment; once confirmed they are marks, which are listed",
        "before": "why: remarks of marks before the file, until they are listed again or let go",
        "kept": "why: ids of marks that an undo left",
        "name": "why: about the team, the name of its file",
    },
    "survey_round": {"opened_by_id": "why: about the team, an id only"},
    "survey_done": {
        "round_id": "surveys_answered.survey",
        "enrolment_id": "why: leads to the person",
    },
    # An answer leads to nobody, yet a person wrote it.
    "survey_response": {
        "answers": "why: anonymous: nobody can tell whose it is",
        "day": "why: anonymous: nobody can tell whose it is",
    },
    "follow_up": {
        "enrolment_id": "why: leads to the person",
        "months": "follow_ups.months",
        "due_on": "follow_ups.due_on",
        "answers": "follow_ups.answers",
        "answered_on": "follow_ups.answered_on",
        "supervisor_address": "follow_ups.supervisor_address",
        "supervisor_token_hash": "why: a secret",
        "supervisor_asked_on": "follow_ups.supervisor_asked_on",
        "supervisor_answers": "follow_ups.supervisor_answers",
        "supervisor_answered_on": "follow_ups.supervisor_answered_on",
    },
    "audit_detail": {
        "reason": "why: record of the team's acts, erased when the person is wiped",
        "values": "why: record of the team's acts, erased when the person is wiped",
    },
    "audit_entry": {
        "actor_id": "why: record of the team's acts, an id only",
        "subject_id": "why: record of the team's acts, an id only",
    },
    "certificate": {
        "enrolment_id": "why: leads to the person",
        "serial": "certificates.serial",
        "code": "why: printed on the certificate, which the person holds",
        "facts": "certificates.facts",
        "evidence": "why: marks and days that are shown as progress",
        "issued_at": "certificates.issued_at",
        "issued_by_id": "why: about the team, an id only",
    },
    "certificate_file": {"pdf": "why: the certificate itself, downloaded from its own page"},
    "cohort_trainer": {"cohort_id": "trainings.cohort", "person_id": "why: the person reading"},
    "enrolment": {
        "cohort_id": "enrolments.cohort",
        "person_id": "why: the person reading",
        "enrolled_at": "enrolments.enrolled_at",
        "chosen_at": "why: which page opens first",
        "ended_at": "enrolments.ended_at",
        "organisation_id": "enrolments.organisation",
        "region_id": "enrolments.region",
        "level": "enrolments.level",
        "sex": "enrolments.sex",
        "age_group": "enrolments.age_group",
        "merged_into_id": "why: an id, after two accounts were made one",
    },
    "import_batch": {
        "filename": "why: name of a list, of nobody in particular",
        "created_by_id": "why: about the team, an id only",
    },
    "import_row": {
        "cells": "imported.values",
        "subject_id": "why: the person reading",
        "before": "why: values of the account before the import, kept for its undo",
    },
    "ledger_change": {
        "enrolment_id": "why: leads to the person",
        "activity": "why: earlier states of what is shown as progress",
        "share": "why: earlier states of what is shown as progress",
        "score": "why: earlier states of what is shown as progress",
        "happened_on": "why: earlier states of what is shown as progress",
        "evidence": "why: ids only",
    },
    "ledger_entry": {
        "enrolment_id": "why: leads to the person",
        "activity": "progress.activity",
        "share": "progress.share",
        "minutes": "progress.minutes",
        "score": "progress.score",
        "happened_on": "progress.happened_on",
        "evidence": "why: ids only",
    },
    "lesson_position": {
        "enrolment_id": "why: leads to the person",
        "lesson": "lessons_opened.lesson",
        "step": "why: where the lesson opens again",
        "steps_read": "lessons_opened.steps_read",
        "opened_at": "lessons_opened.opened_at",
        "read_at": "lessons_opened.read_at",
    },
    "mail": {
        "recipient_id": "why: the person reading",
        "address": "account.email",
        "subject": "messages.subject",
        "text": "why: in the person's own mailbox; blanked here once delivered",
        "attachments": "why: in the person's own mailbox; emptied here once delivered",
        "created_at": "messages.at",
    },
    "message_to_many": {
        "author_id": "why: about the team, an id only",
        "waiting": "why: ids only, until the mails are written; each mail is then listed",
        "created_at": "why: the mail that came of it is listed",
    },
    "module_progress": {
        "enrolment_id": "why: leads to the person",
        "done": "why: counted from what is shown as progress",
        "share": "why: counted from what is shown as progress",
        "minutes": "why: counted from what is shown as progress",
        "completed_on": "why: counted from what is shown as progress",
        "last_activity_at": "why: counted from what is shown as progress",
    },
    "not_the_same": {"first_id": "why: ids only", "second_id": "why: ids only"},
    "notice_acceptance": {
        "person_id": "why: the person reading",
        "version": "notices_accepted.version",
        "lang": "notices_accepted.language",
        "accepted_at": "notices_accepted.at",
    },
    "one_time_link": {
        "purpose": "links.purpose",
        "token_hash": "why: a secret that opens the account",
        "person_id": "why: the person reading",
        "channel": "links.channel",
        "created_by_id": "why: about the team, an id only",
        "created_at": "links.created_at",
        "used_at": "links.used_at",
    },
    "person": {
        "email": "account.email",
        "phone": "account.phone",
        "code": "account.code",
        "name_ar": "account.name",
        "name_fr": "account.name",
        "sort_ar": "why: the name, spelled for sorting",
        "sort_fr": "why: the name, spelled for sorting",
        "search": "why: the name, spelled for searching",
        "function_ar": "account.function",
        "function_fr": "account.function",
        "sex": "account.sex",
        "birth_year": "account.birth_year",
        "organisation_id": "account.organisation",
        "level": "account.level",
        "region_id": "account.region",
        "lang": "account.language",
        "theme": "account.appearance",
        "text_size": "account.text_size",
        "password_hash": "why: a secret",
        "name_confirmed_at": "account.name_confirmed_at",
        "created_at": "account.created_at",
        "suspended_at": "why: nobody reads it: the account does not open",
        "archived_at": "why: nobody reads it: the account does not open",
        "anonymised_at": "why: nobody reads it: the account does not open",
        "merged_into_id": "why: nobody reads it: the account does not open",
    },
    "person_merge": {
        "kept_id": "why: ids only",
        "merged_id": "why: ids only",
        "merged_by_id": "why: about the team, an id only",
        "moved": "why: values of the account before a merge, kept for its undo; deleted when the person is wiped",
    },
    "privacy_notice": {"published_by_id": "why: about the team, an id only"},
    "privacy_request": {
        "person_id": "why: the person reading",
        "kind": "requests.kind",
        "text": "requests.text",
        "created_at": "requests.asked_at",
        "due_on": "requests.due_on",
        "answered_at": "why: shown beside the answer on the page",
        "answered_by_id": "why: about the team, an id only",
        "outcome": "requests.outcome",
        "answer": "requests.answer",
    },
    "recovery_code": {
        "person_id": "why: the person reading",
        "code_hash": "why: a secret",
        "used_at": "account.recovery_codes",
    },
    "reminder_sent": {
        "person_id": "why: the person reading",
        "occasion": "why: the message itself is listed",
        "sent_at": "messages.at",
    },
    "retention_run": {"actor_id": "why: about the team, an id only"},
    "role_grant": {
        "person_id": "why: the person reading",
        "role": "account.roles",
        "organisation_id": "why: the organisation that a focal point covers, shown in the dashboard's head",
        "granted_at": "why: in the record of acts",
    },
    "seat_holding": {
        "seat_id": "seats.title",
        "person_id": "why: the person reading",
        "since_on": "seats.since",
        "until_on": "seats.until",
    },
    "second_factor": {
        "person_id": "why: the person reading",
        "secret": "why: a secret",
        "confirmed_at": "account.second_factor_since",
        "created_at": "why: before it was in force",
        "last_step": "why: keeps a code from working twice",
    },
    "sign_in": {
        "token_hash": "why: a secret",
        "person_id": "why: the person reading",
        "device": "sign_ins.device",
        "created_at": "sign_ins.opened",
        "last_seen_at": "sign_ins.seen",
        "expires_at": "why: when the browser is signed out by itself",
        "closed_at": "why: a technical moment",
        "second_factor_at": "why: a technical moment",
        "confirmed_at": "why: a technical moment",
    },
    "signatory": {
        "name_ar": "why: printed on certificates by the signatory's own office",
        "name_fr": "why: printed on certificates by the signatory's own office",
        "function_ar": "why: printed on certificates by the signatory's own office",
        "function_fr": "why: printed on certificates by the signatory's own office",
        "signature_id": "why: printed on certificates by the signatory's own office",
    },
    "stored_image": {"body": "why: a signature, printed on certificates by the signatory's own office"},
    "throttle": {"key": "why: a hash that says nothing"},
    "transfer": {
        "person_id": "why: the person reading",
        "happened_on": "moves.happened_on",
        "recorded_at": "why: when the day above was written down",
        "recorded_by_id": "why: about the team, an id only",
        "from_organisation_id": "moves.from_organisation",
        "from_level": "moves.from_level",
        "from_region_id": "moves.from_region",
        "to_organisation_id": "moves.to_organisation",
        "to_level": "moves.to_level",
        "to_region_id": "moves.to_region",
    },
    "worksheet": {
        "person_id": "why: the person reading",
        "sheet": "worksheets.sheet",
        "texts": "worksheets.texts",
        "changed_at": "worksheets.changed_at",
    },
}

#: table -> columns that say nothing about a person.
NOT_PERSONAL: dict[str, str] = {
    "access_entry": "id people",
    "answer_arrival": "id attempt_question_id counter is_late",
    "answer_mark": "id number",
    "comment_snippet": "id",
    "arrangement": "id quiz_id",
    "attempt": "id quiz_id number state deadline_at submitted_by pass_percent",
    "attempt_question": "id attempt_id position version_id points order section_ar section_fr",
    "blueprint_line": "quiz_id objective_key level count",
    "audit_detail": "entry_id salt",
    "audit_entry": "id happened_at action subject_type commitment previous_hash hash",
    "audit_head": "id hash",
    "certificate": "id rule revision year number revoked_at replaced_by_id previous_hash hash",
    "certificate_counter": "year last",
    "certificate_file": "certificate_id sha256 drawn_at",
    "cohort": (
        "id name_ar name_fr starts_on ends_on pass_percent attendance_percent has_sessions "
        "modules_in_order languages archived_at version"
    ),
    "cohort_module": "cohort_id module position",
    "committee_seat": "id organisation_id title_ar title_fr level region_id archived_at version",
    "content_problem": "id text found_at",
    "content_snapshot": "id digest created_at body",
    "paper_file": "id name lang digest asked_at drawn_at size fault pdf",
    "enrolment": "id is_test",
    "exchange_message": "id is_answer",
    "exchange_publication": "id published_at version",
    "exchange_thread": "id",
    "import_batch": "id kind sha256 encoding remarks state created_at confirmed_at undone_at",
    "import_row": "id batch_id number outcome",
    "installation": "id is_demo created_at",
    "job": "id name arguments state tries done total created_at changed_at",
    "ledger_change": "id minutes recorded_at",
    "ledger_entry": "id module recorded_at",
    "mail": "id lang kind sent_at tries failure stopped_at",
    "live_answer": "run_id position",
    "live_presence": "run_id",
    "live_question": "run_id position version_id order state",
    "live_run": "id quiz_id cohort_id salt position version started_at ended_at",
    "mark_change": "id reason",
    "paper_entry": "row_id version",
    "paper_question": "set_id position version_id points order section_ar section_fr",
    "paper_row": "id set_id",
    "paper_set": "id quiz_id cohort_id made_at",
    "quiz_analysis": "quiz_id stamp made_at alerts report",
    "regrade": "id question_id number rule asked_at done_at changed",
    "review_request": "id",
    "message_to_many": ("id key target subject_ar subject_fr text_ar text_fr people without_address objected written"),
    "mail_template": "kind subject_ar subject_fr text_ar text_fr version",
    "module_progress": "module required",
    "module_step": "activity module",
    "notice_acceptance": "id",
    "one_time_link": "id expires_at revoked_at",
    "organisation": "id key name_ar name_fr short_name_ar short_name_fr position archived_at version",
    "organisation_alias": "id organisation_id folded spelling",
    "person": "id is_test version",
    "person_merge": "id merged_at undone_at",
    "privacy_notice": (
        "id version controller_ar controller_fr recipients_ar recipients_fr contact cndp_number "
        "changes_ar changes_fr published_at"
    ),
    "privacy_request": "id",
    "programme_profile": (
        "id name_ar name_fr short_name_ar short_name_fr issuer_ar issuer_fr contact logo_id "
        "fiscal_year_month second_factor_required reminders_a_week behind_after_days absences_to_focal_points "
        "retention version"
    ),
    "question": (
        "id content_key bank_of_id current_number edited_here archived_at is_shared case_id category_id revision type "
        "level objective_key writing has_changes search_text changed_at"
    ),
    "question_case": "id content_key text_ar text_fr image_id image_alt_ar image_alt_fr changed_at version",
    "question_category": "id name_ar name_fr created_at",
    "question_draft": "id question_id revision content saved_at",
    "question_tag": "question_id tag",
    "question_version": (
        "id question_id number type stem_ar stem_fr source_ar source_fr explanation_ar explanation_fr "
        "settings objective_ar objective_fr objective_key level lesson points shuffle image_id image_alt_ar "
        "image_alt_fr case_ar case_fr case_image_id case_alt_ar case_alt_fr content_hash created_at"
    ),
    "quiz": (
        "id content_key module lesson purpose title_ar title_fr minutes attempts_allowed pause_hours feedback "
        "shuffle archived_at published_at cohort_id opens_at closes_at counts pass_percent asks_certainty "
        "second_marker other_form_id version"
    ),
    "meeting": "id cohort_id module title_ar title_fr mode place link listed group_id import_id version",
    "half_day": (
        "id meeting_id day starts ends zone cancelled_at closed_at first_closed_at closings reopened_until "
        "reopened_reason reopened_text"
    ),
    "attendance_group": "id cohort_id name_ar name_fr",
    "meeting_trainer": "cohort_id",
    "attendance_status_name": "id status name_ar name_fr retired_at",
    "attendance_walk_in": "id",
    "attendance_mark_change": "id import_id",
    "attendance_tap": "counter",
    "attendance_report": "id",
    "attendance_warning": "mail_id",
    "meeting_report": "meeting_id done difficulties participation access follow_up written_at version",
    "attendance_file": "id sha256",
    "cohort_sheet": "cohort_id title_ar title_fr footer_ar footer_fr columns blanks version",
    "cohort_sheet_logo": "id cohort_id image_id name",
    "attendance_import": "id kind cohort_id encoding remarks rows left_out made_at confirmed_at undone_at",
    "quiz_item": "quiz_id position question_id points section draw_count draw_objective draw_level draw_tag",
    "quiz_section": "quiz_id number title_ar title_fr",
    "recovery_code": "id",
    "region": "id key name_ar name_fr position version",
    "retention_run": "id ran_at is_dry lines",
    "role_grant": "id",
    "seat_holding": "id",
    "sign_in": "id idle_minutes",
    "signatory": "id position stamp_id archived_at version",
    "stored_image": "id width height sha256 created_at",
    "survey_response": "id round_id",
    "survey_round": "id quiz_id cohort_id module opens_on closes_on closed_at",
    "follow_up": "id",
    "throttle": "tries last_at open_at",
    "transfer": "id",
    "worksheet": "id version",
}


def columns() -> set[str]:
    return {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.c}


def test_every_column_is_tagged_once(sqlite_app: Flask) -> None:
    personal = {f"{table}.{column}" for table, found in PERSONAL.items() for column in found}
    others = {f"{table}.{column}" for table, found in NOT_PERSONAL.items() for column in found.split()}
    assert personal & others == set()
    assert columns() - personal - others == set(), "say in this file whether these are about a person"
    assert (personal | others) - columns() == set(), "these are gone"


def test_what_is_about_a_person_is_read_by_them_or_has_its_reason(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    enrolment = make_enrolment(db)
    make_certificate(db, enrolment, curriculum, now=now)
    held, known = own_data.held(db, enrolment.person_id), own_data.words()
    for table, found in PERSONAL.items():
        for column, place in found.items():
            if place.startswith("why: "):
                assert len(place) > len("why: xxx"), f"{table}.{column}"
                continue
            section = place.split(".")[0]
            assert section in held, f"{table}.{column} is read in {section}, which no room gives"
            assert place in known, f"{table}.{column} is read as {place}, which has no words"


def test_every_foreign_key_to_a_person_is_tagged_personal(sqlite_app: Flask) -> None:
    """An id that leads to a person is about them."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                assert column.name in PERSONAL.get(table.name, {}), f"{table.name}.{column.name}"
