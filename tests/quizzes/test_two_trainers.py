"""Two people on one question: both texts, undo, copies, what is kept to oneself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for

from lms.accounts.models import Person
from lms.quizzes import content
from lms.quizzes.content import LANGUAGES
from lms.quizzes.models import Writing
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    Elements,
    form_of,
    made,
    number_of,
    opened,
    question_at,
    said,
    send,
    sent_again,
    stored,
)


def test_of_two_trainers_the_second_sees_both_texts_and_may_save_again(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer)
    first_form, second_form = opened(trainer, path).held, opened(second, path).held
    assert send(trainer, path, first_form | {"stem.fr": "La question du premier ?"}).status_code == 302
    answer = send(second, path, second_form | {"stem.fr": "La question du second ?"})
    page = Elements(answer.text)
    assert answer.status_code == 409
    assert "La question du premier ?" in answer.text
    assert page.held["stem.fr"] == ["La question du second ?"]
    assert stored(db, path).stem["fr"] == "La question du premier ?"
    assert send(second, path, page.held).status_code == 302
    assert stored(db, path).stem["fr"] == "La question du second ?"


def test_a_row_that_the_first_added_is_shown_to_the_second(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    """Otherwise saving again takes it away unseen."""
    path = made(trainer)
    old = opened(second, path).held
    added = {"settings.options.4.key": "e"}
    added |= {
        f"settings.options.4.{name}.{lang}": f"Ajout {name} {lang}"
        for name in ("text", "feedback")
        for lang in LANGUAGES
    }
    assert sent_again(trainer, path, **added).status_code == 302
    answer = send(second, path, old | {"stem.fr": "Autre question ?"})
    assert answer.status_code == 409
    assert "Ajout text fr" in answer.text


def test_a_key_that_the_first_changed_is_named_to_the_second(trainer: CheckingClient, second: CheckingClient) -> None:
    path = made(trainer)
    old = opened(second, path).held
    assert sent_again(trainer, path, **{"settings.options.right": ["a"]}).status_code == 302
    answer = send(second, path, old | {"points": "2"})
    assert answer.status_code == 409
    assert str(content.changes(said(), said(points=2))[0].label) in answer.text


def test_undo_brings_back_what_stood_before_and_undone_twice_it_is_there_again(
    db: Any, trainer: CheckingClient
) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Deuxième ?"})
    assert trainer.post(f"{path}undo", data={"version": "2"}).status_code == 302
    assert stored(db, path).stem["fr"] == said().stem["fr"]
    assert trainer.post(f"{path}undo", data={"version": "2"}).status_code == 409
    assert stored(db, path).stem["fr"] == said().stem["fr"]
    trainer.post(f"{path}undo", data={"version": "3"})
    assert stored(db, path).stem["fr"] == "Deuxième ?"


@pytest.mark.parametrize("version", ["", "x", "9" * 5000, "-1"])
def test_undo_without_its_number_changes_nothing(db: Any, trainer: CheckingClient, version: str) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Deuxième ?"})
    assert trainer.post(f"{path}undo", data={"version": version}).status_code == 409
    assert stored(db, path).stem["fr"] == "Deuxième ?"


def test_a_changed_language_waits_until_the_other_is_confirmed(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer)
    sent_again(trainer, path, **{"stem.fr": "Qu’appelle-t-on un écart ?"})
    assert question_at(db, path).writing == Writing.STALE_AR
    assert 'value="confirm:ar"' in trainer.get(path).text
    assert sent_again(trainer, path, do="confirm:ar").status_code == 302
    assert question_at(db, path).writing == Writing.COMPLETE
    assert 'value="confirm:ar"' not in trainer.get(path).text


def test_a_copy_is_the_copiers_own_and_the_question_stays(
    db: Any, trainer: CheckingClient, second: CheckingClient, bilal: Person
) -> None:
    path = made(trainer)
    copied = second.post(f"{path}copy").headers["Location"]
    assert number_of(copied) != number_of(path)
    assert content.digest(stored(db, copied), None) == content.digest(stored(db, path), None)
    assert question_at(db, copied).owner_id != question_at(db, path).owner_id
    assert [one.tag for one in question_at(db, copied).tags] == [one.tag for one in question_at(db, path).tags]
    sent_again(second, copied, **{"stem.fr": "Autre ?"})
    assert stored(db, path).stem["fr"] == said().stem["fr"]


def test_a_copy_of_what_is_not_shared_is_not_shared_either(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer)
    trainer.post(f"{path}share", data={"shared": "0"})
    copied = trainer.post(f"{path}copy").headers["Location"]
    assert second.get(copied).status_code == 404


def test_an_archived_question_leaves_the_bank_until_it_is_brought_back(trainer: CheckingClient) -> None:
    path = made(trainer)
    assert trainer.post(f"{path}archive").status_code == 302
    assert path not in trainer.get("/fr/questions/").text
    assert path in trainer.get("/fr/questions/?state=archived").text
    assert trainer.post(f"{path}bring-back").status_code == 302
    assert path in trainer.get("/fr/questions/").text


def addresses(app: Flask, question_id: Any) -> Iterator[tuple[str, str]]:
    """Every address of one question, in both languages, with each method it takes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("builder.", "previews.")) and "question_id" in rule.arguments:
            for lang, method in itertools.product(LANGUAGES, sorted((rule.methods or set()) & {"GET", "POST"})):
                with app.test_request_context("/fr/"):
                    yield method, url_for(rule.endpoint, question_id=question_id, lang=lang)


def test_a_question_kept_to_oneself_is_nowhere_for_another_trainer(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, tags="tag-secret")
    assert second.get(path).status_code == 200
    assert second.post(f"{path}share", data={"shared": "0"}).status_code == 404
    assert trainer.post(f"{path}share", data={"shared": "0"}).status_code == 302
    asked = list(addresses(app, number_of(path)))
    assert len(asked) >= 20
    form = form_of(said(), version="1") | {"stem.fr": "Pris ?"}
    statuses = {
        ask: second.open(ask[1], method=ask[0], data=form if ask[0] == "POST" else None).status_code for ask in asked
    }
    assert {ask: status for ask, status in statuses.items() if status != 404} == {}
    second.post("/fr/questions/", data={"question": number_of(path), "do": "tag", "tags": "pris"})
    assert [one.tag for one in question_at(db, path).tags] == ["tag-secret"]
    bank = second.get("/fr/questions/").text
    assert path not in bank
    assert "tag-secret" not in bank
    assert trainer.get(path).status_code == 200
    trainer.post(f"{path}share", data={"shared": "1"})
    assert second.get(path).status_code == 200


@pytest.mark.parametrize("number", [999_999, 10**9, 10**30])
def test_a_question_that_does_not_exist_is_404_on_every_address(
    app: Flask, trainer: CheckingClient, number: int
) -> None:
    """A number that no database counts is no address at all."""
    for method, path in addresses(app, number):
        assert trainer.open(path, method=method).status_code in ((404,) if number < 10**12 else (404, 405)), (
            method,
            path,
        )


def test_a_learner_opens_no_page_of_the_bank(app: Flask, db: Any, trainer: CheckingClient) -> None:
    path = made(trainer)
    trainer.signed_in(make_person(db, "chaima"))
    for method, address in addresses(app, number_of(path)):
        assert trainer.open(address, method=method).status_code == 403, (method, address)
