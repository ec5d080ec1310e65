"""Issuing once, drawing once, and a register that shows any change."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.certificates import codes, drawing, hooks, queries, rules, services
from lms.certificates.errors import (
    AlreadyIssued,
    NameNotConfirmed,
    NameNotPrintable,
    NotEligible,
    OrganisationNotPrintable,
)
from lms.certificates.models import Certificate, CertificateFile
from lms.core import db as database
from lms.core import jobs
from lms.core.bilingual import Bilingual
from lms.core.feature import Check
from lms.documents import signing
from lms.documents.keyring import Keyring
from lms.documents.signing import SignatureState
from lms.programme.models import Enrolment
from tests.factories import make_certificate, make_cohort, make_enrolment, make_person, pass_test, read_lessons
from tests.parallel import at_once

NAME = Bilingual("شيماء العلوي", "Chaima Alaoui")


def rule_of(db: Any, enrolment: Enrolment) -> rules.Rule:
    (rule,) = rules.rules_of(db, enrolment)
    return rule


def test_the_rule_is_lessons_and_test(db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    for step in (None, read_lessons):
        if step:
            step(db, enrolment, curriculum, now=now)
        assert [one.is_met for one in rules.eligibility(db, enrolment)] == [False]
        with pytest.raises(NotEligible):
            services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), NAME, now=now)
        database.rollback()
    pass_test(db, enrolment, curriculum, now=now)
    (met,) = rules.eligibility(db, enrolment)
    assert met.is_met
    assert set(met.evidence["activities"]) == {"lesson:concepts/first", "lesson:concepts/second", "test:concepts"}


def test_a_cohort_with_sessions_has_no_rule_yet(db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db, make_person(db), make_cohort(db, has_sessions=True))
    assert rules.rules_of(db, enrolment) == []


def test_the_name_is_confirmed_first_and_printable(db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    pass_test(db, enrolment, curriculum, now=now)
    with pytest.raises(NameNotConfirmed):
        services.issue(db, enrolment, rule_of(db, enrolment), now=now)
    database.rollback()
    with pytest.raises(NameNotPrintable):
        services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), Bilingual("", "Chaima 🌟"), now=now)
    database.rollback()
    services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), NAME, now=now)
    with pytest.raises(AlreadyIssued):
        services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), NAME, now=now)


@pytest.mark.parametrize(("name", "is_refused"), [("Office 🌟 王", True), ("Office n° 1 « A & B » : 50 %", False)])
def test_an_organisation_that_no_letter_can_print_is_said_before_the_issue(
    db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None], name: str, is_refused: bool
) -> None:
    """A certificate that can never be drawn would be waited for in vain."""
    enrolment = make_enrolment(db)
    pass_test(db, enrolment, curriculum, now=now)
    assert enrolment.organisation is not None
    enrolment.organisation.name = Bilingual(enrolment.organisation.name.ar, name)
    database.commit()
    if is_refused:
        with pytest.raises(OrganisationNotPrintable) as refused:
            services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), NAME, now=now)
        assert "🌟王" in str(refused.value.message)
        database.rollback()
        assert db.scalar(sa.select(sa.func.count(Certificate.id))) == 0
        return
    certificate_id = services.confirm_and_issue(db, enrolment, rule_of(db, enrolment), NAME, now=now).id
    database.commit()
    run_jobs()
    database.rollback()
    assert db.get(CertificateFile, certificate_id) is not None


def test_fifty_parallel_requests_issue_one(app: Flask, db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    pass_test(db, enrolment, curriculum, now=now)
    enrolment_id, rule = enrolment.id, rule_of(db, enrolment)
    database.rollback()

    def ask(db: Any) -> str:
        return services.confirm_and_issue(db, db.get_one(Enrolment, enrolment_id), rule, NAME, now=now).serial

    results = at_once(app, [ask] * 50)
    assert [one for one in results if isinstance(one, str)] == [codes.serial(2026, 1)]
    assert sum(isinstance(one, AlreadyIssued) for one in results) == 49
    assert db.scalar(sa.select(sa.func.count(Certificate.id))) == 1


def test_parallel_issues_of_many_people_make_one_chain_without_a_gap(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    cohort = make_cohort(db)
    # One is there already: else the first insert of the year's counter would make the others wait by itself.
    make_certificate(db, make_enrolment(db, make_person(db), cohort), curriculum, now=now)
    enrolments = [make_enrolment(db, make_person(db, f"person{number}"), cohort) for number in range(12)]
    for enrolment in enrolments:
        pass_test(db, enrolment, curriculum, now=now)
    rule, ids = rule_of(db, enrolments[0]), [enrolment.id for enrolment in enrolments]
    database.rollback()

    def ask(enrolment_id: int) -> Callable[[Any], str]:
        def act(db: Any) -> str:
            enrolment = db.get_one(Enrolment, enrolment_id)
            # The name as it is: a change of name would queue at the audit's chain and hide a missing lock here.
            return services.confirm_and_issue(db, enrolment, rule, enrolment.person.name, now=now).serial

        return act

    serials = at_once(app, [ask(one) for one in ids])
    assert sorted(serials) == [codes.serial(2026, number) for number in range(2, 14)]
    assert services.first_broken_line(db) is None


def test_facts_are_frozen_at_issue(db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    certificate = make_certificate(db, enrolment, curriculum, now=now)
    before = dict(certificate.facts)
    accounts.rename(enrolment.person, Bilingual("اسم آخر", "Another Name"))
    enrolment.cohort.pass_percent = 80
    database.commit()
    db.expire_all()
    assert certificate.facts == before
    assert before["name"] == NAME.as_dict()
    assert services.first_broken_line(db) is None


def test_the_file_is_drawn_once_and_its_bytes_stay(
    db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    certificate_id = make_certificate(db, make_enrolment(db), curriculum, now=now).id
    db.rollback()
    run_jobs()
    db.rollback()
    first = bytes(db.get_one(CertificateFile, certificate_id).pdf)
    db.rollback()
    database.use_mode(database.WRITE)
    services.draw(db, certificate_id)
    services.store(db, certificate_id, b"%PDF other", now=now)
    database.commit()
    stored = db.get_one(CertificateFile, certificate_id)
    assert stored.pdf == first
    assert stored.sha256 == hashlib.sha256(first).hexdigest()


def test_what_a_stopped_worker_left_is_drawn_later(
    db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    certificate_id = make_certificate(db, make_enrolment(db), curriculum, now=now).id
    db.execute(sa.text("DELETE FROM job"))
    services.draw_missing(db)
    database.commit()
    run_jobs()
    db.rollback()
    assert db.get(CertificateFile, certificate_id) is not None


TAMPERED = [
    "UPDATE certificate SET code = 'ZZZZZZZZZZZZZZZZ' WHERE id = 2",
    "UPDATE certificate SET rule = 'achievement:model' WHERE id = 2",
    "UPDATE certificate SET hash = '0' WHERE id = 2",
    "UPDATE certificate_file SET pdf = CAST('%PDF-forged' AS {bytes}) WHERE certificate_id = 2",
]


@pytest.mark.parametrize("change", TAMPERED)
def test_a_changed_line_or_file_is_found_by_the_command(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None], change: str
) -> None:
    cohort = make_cohort(db)
    for number in range(3):
        make_certificate(db, make_enrolment(db, make_person(db, f"person{number}"), cohort), curriculum, now=now)
    run_jobs()
    database.rollback()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["certificates", "check"]).exit_code == 0
    database.use_mode(database.WRITE)
    db.execute(sa.text(change.format(bytes="BYTEA" if db.get_bind().dialect.name == "postgresql" else "BLOB")))
    database.commit()
    broken = runner.invoke(args=["certificates", "check"])
    assert broken.exit_code == 1
    assert codes.serial(2026, 2) in broken.output


def test_a_correction_replaces_and_a_withdrawal_withdraws(db: Any, curriculum: Any, now: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    first = make_certificate(db, enrolment, curriculum, now=now)
    accounts.confirm_name(db, enrolment.person, Bilingual("شيماء العلوية", "Chaïma Alaoui"), now=now)
    second = services.reissue(db, first, actor_id=None, reason="spelling", now=now)
    assert (second.revision, second.facts["replaces"], first.replaced_by_id) == (2, first.serial, second.id)
    assert second.code != first.code
    services.revoke(db, second, actor_id=None, reason="error", now=now)
    database.commit()
    assert queries.current(db, enrolment.id, first.rule) == second
    assert services.first_broken_line(db) is None


@pytest.fixture
def drawn(db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None]) -> CertificateFile:
    """The stored file of a certificate, after its job."""
    certificate_id = make_certificate(db, make_enrolment(db), curriculum, now=now).id
    db.rollback()
    run_jobs()
    db.rollback()
    file: CertificateFile = db.get_one(CertificateFile, certificate_id)
    return file


@pytest.fixture
def verify(app: Flask, tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """Exit code, JSON and text of the command for these bytes."""

    def run(pdf: bytes) -> tuple[int, dict[str, Any], str]:
        file = tmp_path / "file.pdf"
        file.write_bytes(pdf)
        runner = app.test_cli_runner()
        text = runner.invoke(args=["verify-certificate", str(file)])
        answer = runner.invoke(args=["verify-certificate", str(file), "--json"])
        assert answer.exit_code == text.exit_code
        return text.exit_code, json.loads(answer.output), text.output

    return run


def test_the_job_signs_what_it_draws(app: Flask, drawn: CertificateFile, verify: Any) -> None:
    pdf = bytes(drawn.pdf)
    assert signing.check(pdf, app.extensions["keyring"]) == SignatureState.VALID
    code, answer, text = verify(pdf)
    assert (code, answer["state"], answer["signature"]) == (0, "valid", "valid")
    assert text == f"valid: {answer['serial']} (signature: valid)\n"


def test_a_certificate_from_before_signatures_is_valid_by_the_register(
    db: Any, curriculum: Any, now: dt.datetime, verify: Any
) -> None:
    certificate = make_certificate(db, make_enrolment(db), curriculum, now=now)
    pdf = drawing.draw(certificate.facts)
    database.use_mode(database.WRITE)
    services.store(db, certificate.id, pdf, now=now)
    database.commit()
    code, answer, _text = verify(pdf)
    assert (code, answer["state"], answer["signature"]) == (0, "valid", "none")


def test_the_command_knows_its_own_files_and_no_others(
    app: Flask, drawn: CertificateFile, verify: Any, tmp_path: Path
) -> None:
    pdf = bytes(drawn.pdf)
    unsigned = pdf[: pdf.index(b"%%EOF") + 6]
    others = [
        (pdf[:-9] + b"x" + pdf[-8:], "changed", "it was changed after it was signed"),
        (pdf + b" ", "changed", "it was changed after it was signed"),
        (unsigned, "none", "it is not signed"),
        (signing.sign(unsigned, app.extensions["keyring"]), "valid", "this installation signed it"),
        (signing.sign(unsigned, Keyring(tmp_path / "other")), "foreign", "not one of this installation"),
        (b"no document", "unreadable", "no PDF that can be read"),
    ]
    for body, signature, sentence in others:
        code, answer, text = verify(body)
        assert (code, answer) == (1, {"state": "unknown", "serial": None, "signature": signature})
        assert text.startswith("unknown: no such file was issued; ")
        assert sentence in text


def test_a_lost_key_is_said_and_a_new_one_does_not_hide_it(
    app: Flask, db: Any, curriculum: Any, drawn: CertificateFile, verify: Any, now: dt.datetime, tmp_path: Path,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    """An empty folder gets a new key at the next signature: the register still knows the file, no key does."""
    pdf, usable = bytes(drawn.pdf), app.extensions["keyring"]

    def line() -> Check:
        with app.test_request_context("/fr/"):
            (found,) = hooks.health(db, now=now)
        return found

    assert line().is_well
    lost = app.extensions["keyring"] = Keyring(tmp_path / "signing")
    try:
        assert not line().is_well
        lost.signing()
        assert not line().is_well
        _code, answer, _text = verify(pdf)
        assert (answer["state"], answer["signature"]) == ("valid", "foreign")
        assert "put the folder back from a backup" in verify(pdf)[2]
        make_certificate(db, make_enrolment(db, make_person(db, "nora")), curriculum, now=now)
        db.rollback()
        run_jobs()
        db.rollback()
        assert db.scalar(sa.select(sa.func.count(CertificateFile.certificate_id))) == 2
        assert not line().is_well
        missing = line().value
        (tmp_path / "signing" / "0001.pem").write_bytes(b"")
        assert not line().is_well
        assert line().value != missing
    finally:
        app.extensions["keyring"] = usable


def test_a_certificate_verifies_after_the_organisations_key_was_lost(
    app: Flask, db: Any, drawn: CertificateFile, verify: Any, now: dt.datetime, tmp_path: Path
) -> None:
    pdf, usable = bytes(drawn.pdf), app.extensions["keyring"]
    folder = usable.signing().path.parent
    app.extensions["keyring"] = Keyring(folder, tmp_path / "lost.p12")
    try:
        with app.test_request_context("/fr/"):
            (line,) = hooks.health(db, now=now)
        code, answer, _text = verify(pdf)
    finally:
        app.extensions["keyring"] = usable

    assert line.is_well
    assert (code, answer["state"], answer["signature"]) == (0, "valid", "valid")


def test_a_withdrawn_certificate_is_not_valid_though_its_signature_is(
    db: Any, drawn: CertificateFile, verify: Any, now: dt.datetime
) -> None:
    pdf = bytes(drawn.pdf)
    database.use_mode(database.WRITE)
    services.revoke(db, db.get_one(Certificate, drawn.certificate_id), actor_id=None, reason="error", now=now)
    database.commit()
    code, answer, _text = verify(pdf)
    assert (code, answer["state"], answer["signature"]) == (1, "revoked", "valid")


def test_a_job_that_finds_no_usable_key_stores_nothing_and_a_later_one_draws(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime, run_jobs: Callable[[], None], tmp_path: Path
) -> None:
    certificate_id = make_certificate(db, make_enrolment(db), curriculum, now=now).id
    db.rollback()
    usable = app.extensions["keyring"]
    app.extensions["keyring"] = Keyring(tmp_path / "signing", tmp_path / "missing.p12")
    try:
        run_jobs()
    finally:
        app.extensions["keyring"] = usable
    assert db.get(CertificateFile, certificate_id) is None
    db.rollback()
    run_jobs()
    db.rollback()
    assert db.get(CertificateFile, certificate_id) is not None


def an_unusable_file(folder: Path) -> Keyring:
    return Keyring(folder / "signing", folder / "missing.p12")


def no_room_for_the_first_key(folder: Path) -> Keyring:
    return Keyring(folder / "no_data_folder" / "signing")


def a_damaged_older_key(folder: Path) -> Keyring:
    keyring = Keyring(folder / "signing")
    older = keyring.signing().path
    keyring.new()
    older.write_bytes(b"")
    return keyring


@pytest.mark.parametrize(
    ("state", "is_started"),
    [(an_unusable_file, False), (no_room_for_the_first_key, False), (a_damaged_older_key, True)],
)
def test_what_is_undrawn_starts_a_job_only_where_it_can_be_signed(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime, tmp_path: Path, state: Callable[[Path], Keyring],
    is_started: bool,
) -> None:  # fmt: skip
    make_certificate(db, make_enrolment(db), curriculum, now=now)
    db.execute(sa.text("DELETE FROM job"))
    usable = app.extensions["keyring"]
    app.extensions["keyring"] = state(tmp_path)
    try:
        services.draw_missing(db)
    finally:
        app.extensions["keyring"] = usable
    assert db.scalars(sa.select(jobs.Job.name)).all() == [services.DRAW] * is_started
