"""What recorded acts are called on the page of the audit: a noun for each act, field and subject, in both languages.

Each room records its acts under dotted names; a test asks that every one of them has its words here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

ACTS: dict[str, Any] = {
    "accounts.add-organisation": _l("Organisation added"),
    "accounts.add-spelling": _l("Spelling of an organisation added"),
    "accounts.add-person": _l("Account created"),
    "accounts.anonymise": _l("Personal data wiped"),
    "accounts.answer-request": _l("Request on personal data answered"),
    "accounts.archive-organisation": _l("Organisation archived"),
    "accounts.archive-person": _l("Account archived"),
    "accounts.ask-about-data": _l("Request on personal data made"),
    "accounts.edit-organisation": _l("Organisation changed"),
    "accounts.edit-person": _l("Data of a person changed"),
    "accounts.edit-region": _l("Region changed"),
    "accounts.end-sign-ins": _l("Sign-ins of a person ended"),
    "accounts.grant-role": _l("Role given"),
    "accounts.import": _l("File imported"),
    "accounts.invite": _l("Invitation sent"),
    "accounts.invite-many": _l("Invitations sent to many"),
    "accounts.merge": _l("Two accounts made one"),
    "accounts.move-organisation": _l("Order of organisations changed"),
    "accounts.not-the-same": _l("Two people told apart"),
    "accounts.publish-notice": _l("Notice on personal data published"),
    "accounts.reactivate": _l("Account opened again"),
    "accounts.recovery-codes": _l("New recovery codes made"),
    "accounts.remove-spelling": _l("Spelling of an organisation removed"),
    "accounts.rename": _l("Name changed"),
    "accounts.restore-organisation": _l("Organisation restored"),
    "accounts.restore-person": _l("Account restored"),
    "accounts.retention": _l("Old data let go by the retention rules"),
    "accounts.retention-days": _l("Times of retention changed"),
    "accounts.revoke-invitations": _l("Invitations revoked"),
    "accounts.revoke-role": _l("Role taken away"),
    "accounts.second-factor-off": _l("Second factor turned off"),
    "accounts.second-factor-on": _l("Second factor turned on"),
    "accounts.second-factor-reset": _l("Second factor reset"),
    "accounts.set-password": _l("Password set"),
    "accounts.sign-in": _l("Sign-in"),
    "accounts.suspend": _l("Account closed"),
    "accounts.undo-import": _l("Import undone"),
    "accounts.undo-merge": _l("Merge of accounts undone"),
    "accounts.wipe": _l("Data of a person wiped by the team"),
    "administration.add-signatory": _l("Signatory added"),
    "administration.archive-signatory": _l("Signatory archived"),
    "administration.change-signatory": _l("Signatory changed"),
    "administration.logo": _l("Logo changed"),
    "administration.message-to-many": _l("Message sent to many"),
    "administration.move-signatory": _l("Order of signatories changed"),
    "administration.restore-signatory": _l("Signatory restored"),
    "administration.second-factor": _l("Rule of the second factor changed"),
    "administration.send-mail-again": _l("Message sent again"),
    "administration.settings": _l("Settings changed"),
    "administration.take-mail-back": _l("Message taken back"),
    "administration.word-mail": _l("Wording of a message changed"),
    "attendance.answer-report": _l("Report about attendance answered"),
    "attendance.add-status-name": _l("Name of a status added"),
    "attendance.add-sheet-logo": _l("Logo added to the attendance sheets"),
    "attendance.attach-file": _l("File attached to a half-day"),
    "attendance.cancel-half-day": _l("Half-day cancelled"),
    "attendance.close-half-day": _l("Half-day closed"),
    "attendance.correct-mark": _l("Attendance corrected"),
    "attendance.create-group": _l("Group made"),
    "attendance.delete-group": _l("Group deleted"),
    "attendance.edit-meeting": _l("Meeting changed"),
    "attendance.match-walk-in": _l("Person not on the list matched"),
    "attendance.import": _l("File of sessions or attendance imported"),
    "attendance.move-half-day": _l("Half-day moved"),
    "attendance.note-walk-in": _l("Person not on the list noted"),
    "attendance.place-in-groups": _l("People placed in groups"),
    "attendance.plan-meeting": _l("Meeting planned"),
    "attendance.refuse-walk-in": _l("Person not on the list refused"),
    "attendance.reopen-half-day": _l("Half-day opened again"),
    "attendance.strike-check-in": _l("Check-in struck out"),
    "attendance.unstrike-check-in": _l("Strike-out of a check-in taken back"),
    "attendance.write-report": _l("Short report of a meeting written"),
    "attendance.remove-file": _l("File of a half-day removed"),
    "attendance.remove-sheet-logo": _l("Logo of the attendance sheets removed"),
    "attendance.retire-status-name": _l("Name of a status retired"),
    "attendance.set-sheet": _l("Layout of the attendance sheets changed"),
    "attendance.take-up-status-name": _l("Name of a status taken up again"),
    "attendance.undo-everyone-present": _l("“Everyone present” undone"),
    "attendance.undo-import": _l("Import of sessions or attendance undone"),
    "certificates.issue": _l("Certificate issued"),
    "certificates.revoke": _l("Certificate revoked"),
    "exchange.publish": _l("Question published to a training session"),
    "exchange.take-back": _l("Published question taken back"),
    "programme.appoint": _l("Seat filled"),
    "programme.archive-cohort": _l("Training session archived"),
    "programme.archive-seat": _l("Seat archived"),
    "programme.create-cohort": _l("Training session created"),
    "programme.create-seat": _l("Seat created"),
    "programme.edit-cohort": _l("Training session changed"),
    "programme.edit-seat": _l("Seat changed"),
    "programme.end-enrolment": _l("Enrolment ended"),
    "programme.enrol": _l("People enrolled"),
    "programme.restore-cohort": _l("Training session restored"),
    "programme.restore-seat": _l("Seat restored"),
    "programme.take-back-enrolment": _l("Enrolment taken back"),
    "programme.vacate": _l("Seat vacated"),
    "quizzes.answer-review": _l("Question about a mark answered"),
    "quizzes.archive": _l("Question put into the archive"),
    "quizzes.archive-quiz": _l("Quiz put into the archive"),
    "quizzes.arrange": _l("More time or attempts arranged"),
    "quizzes.arrange-end": _l("More time or attempts taken away"),
    "quizzes.ask-review": _l("Second grading asked for"),
    "quizzes.ask-second": _l("Second reading of a question asked for"),
    "quizzes.bring-back": _l("Question brought back from the archive"),
    "quizzes.bring-back-quiz": _l("Quiz brought back from the archive"),
    "quizzes.change-mark": _l("Mark of an attempt changed"),
    "quizzes.live-end": _l("Quiz in the room ended"),
    "quizzes.live-start": _l("Quiz in the room started"),
    "quizzes.correct-paper": _l("Answers typed in from paper corrected"),
    "quizzes.enter-paper": _l("Paper of a person typed in"),
    "quizzes.mark-again": _l("Mark of an open answer changed"),
    "quizzes.open": _l("Quiz published"),
    "quizzes.prepare-paper": _l("Papers of a quiz prepared"),
    "quizzes.publish": _l("Question published"),
    "quizzes.regrade": _l("Corrected key carried over to marks"),
    "quizzes.release-marks": _l("Marks of open answers released"),
    "quizzes.see-name": _l("Name behind an anonymous answer shown"),
    "quizzes.start": _l("Attempt started"),
    "quizzes.withdraw": _l("Quiz withdrawn"),
    "surveys.close-round": _l("Survey closed before its time"),
    "surveys.open-round": _l("Survey opened for a training session"),
}

SUBJECTS: dict[str, Any] = {
    "exchange_publication": _l("Published question"),
    "person": _l("Person"),
    "organisation": _l("Organisation"),
    "region": _l("Region"),
    "cohort": _l("Training session"),
    "enrolment": _l("Enrolment"),
    "committee_seat": _l("Committee seat"),
    "certificate": _l("Certificate"),
    "programme_profile": _l("Settings"),
    "signatory": _l("Signatory"),
    "attempt": _l("Attempt"),
    "question": _l("Question"),
    "quiz": _l("Quiz"),
    "survey_round": _l("Survey"),
    "meeting": _l("Meeting"),
    "half_day": _l("Half-day"),
    "attendance_report": _l("Report about attendance"),
    "attendance_status_name": _l("Name of a status"),
    "attendance_import": _l("File of sessions or attendance"),
    "live_run": _l("Quiz in the room"),
    "paper_set": _l("Papers of a quiz"),
    "import_batch": _l("Import"),
    "privacy_request": _l("Request on personal data"),
    "privacy_notice": _l("Notice on personal data"),
    "mail": _l("Message"),
    "mail_template": _l("Wording of a message"),
    "message_to_many": _l("Message to many"),
    "one_time_link": _l("Invitation"),
    "person_merge": _l("Merge of accounts"),
    "retention_run": _l("Run of the retention rules"),
    "role_grant": _l("Role"),
    "stored_image": _l("Picture"),
}

#: Fields of acts -> their names. What has no name here is shown by its place only.
FIELDS: dict[str, Any] = {
    "name": _l("Name"),
    "short_name": _l("Short name"),
    "spelling": _l("Spelling"),
    "issuer": _l("Who issues certificates"),
    "contact": _l("E-mail address for help"),
    "logo_id": _l("Logo"),
    "fiscal_year_month": _l("First month of the fiscal year"),
    "second_factor_required": _l("Second factor required"),
    "reminders_a_week": _l("Reminders a week"),
    "absences_to_focal_points": _l("Absences told to focal points"),
    "behind_after_days": _l("Days until behind"),
    "function": _l("Function"),
    "signature": _l("Scanned signature"),
    "stamp": _l("Scanned stamp"),
    "position": _l("Place"),
    "ar": _l("Arabic"),
    "fr": _l("French"),
    "rule": _l("Rule"),
    "role": _l("Role"),
    "roles": _l("Roles"),
    "organisation": _l("Organisation"),
    "organisation_id": _l("Organisation"),
    "region": _l("Region"),
    "region_id": _l("Region"),
    "level": _l("Level"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "sex": _l("Sex"),
    "lang": _l("Language"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "pass_percent": _l("Pass mark"),
    "modules": _l("Modules"),
    "trainers": _l("Trainers"),
    "languages": _l("Languages"),
    "title": _l("Title"),
    "people": _l("People"),
    "count": _l("Number"),
    "share": _l("Mark of the answer, from 0 to 1"),
    "quiz_id": _l("Quiz"),
    "sat_at": _l("Taken on"),
    "time_percent": _l("Share of the time, in percent"),
    "extra_minutes": _l("Minutes more"),
    "extra_attempts": _l("Attempts more"),
    "closes_at": _l("Open until"),
    "rows": _l("Rows"),
    "person": _l("Person"),
    "person_id": _l("Person"),
    "other_id": _l("Other person"),
    "merged_id": _l("Account that was merged"),
    "merge_id": _l("Merge of accounts"),
    "channel": _l("Way"),
    "until": _l("Last day"),
    "since_on": _l("Since"),
    "until_on": _l("Until"),
    "kind": _l("Kind"),
    "kept": _l("Kept"),
    "removed": _l("Removed"),
    "new": _l("New"),
    "changed": _l("Changed"),
    "left_out": _l("Left out"),
    "enrolments": _l("Enrolments"),
    "certificate_id": _l("Certificate"),
    "outcome": _l("Answer"),
    "days": _l("Days"),
    "has_sessions": _l("With meetings"),
    "half_days": _l("Half-days"),
    "mode": _l("How it is held"),
    "place": _l("Where"),
    "sha256": _l("Fingerprint of the file"),
    "footer": _l("Last line"),
    "columns": _l("Columns"),
    "blanks": _l("Columns to fill in"),
    "size": _l("Bytes"),
    "link": _l("Link of the online room"),
    "module": _l("Module"),
    "enrolment_id": _l("Enrolment"),
    "modules_in_order": _l("Modules one after the other"),
    "attendance_percent": _l("Attendance needed"),
    "trainer_ids": _l("Trainers"),
    "birth_year": _l("Year of birth"),
    "email_address": _l("E-mail address"),
    "archived_at": _l("Archived"),
    "key": _l("Code"),
    "code": _l("Code"),
    "controller": _l("Controller"),
    "cndp_number": _l("CNDP number"),
    "version": _l("Version"),
    "message": _l("Message"),
    "subject": _l("Subject"),
    "text": _l("Text"),
}


@dataclass(frozen=True)
class Change:
    """One field of an act: its name, the value before and after; ``is_single`` where there is only one value."""

    field: str
    before: str
    after: str
    is_single: bool = False


def name_of(action: str) -> str:
    """The act in words; an act of another version of the product keeps at least a word."""
    return str(ACTS.get(action) or _l("Other act"))


def subject_of(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type) or _l("Record"))


def changes(values: dict[str, Any]) -> list[Change]:
    """Before and after of each field of an act, in the order stored; other values once."""
    before, after = values.get("before"), values.get("after")
    found = []
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = _flat(before), _flat(after)
        found = [Change(field, old.get(field, ""), new.get(field, "")) for field in {**old, **new}]
        values = {key: value for key, value in values.items() if key not in ("before", "after")}
    return [change for change in found if change.before != change.after] + [
        Change(field, "", text, is_single=True) for field, text in _flat(values).items()
    ]


def _flat(values: Any) -> dict[str, str]:
    """Field in words -> text of its value; texts in two languages become two fields."""
    found: dict[str, str] = {}
    for key, value in values.items() if isinstance(values, dict) else ():
        label = _label(key)
        if isinstance(value, dict) and set(value) <= {"ar", "fr"}:
            found.update({f"{label} ({_label(lang)})": str(text) for lang, text in value.items()})
        else:
            found[label] = _text(value)
    return found


def _label(key: str) -> str:
    if key in ("before", "after"):
        return str(_l("Before") if key == "before" else _l("After"))
    return str(FIELDS.get(key) or _l("Other field"))


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_l("Yes") if value else _l("No"))
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return " · ".join(f"{_label(key)} {_text(one)}" for key, one in value.items())
    return str(value)
