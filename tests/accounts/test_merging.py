"""Roles taken away, and two accounts that become one and two again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import events, services
from lms.accounts import queries as accounts
from lms.accounts.errors import KeptIsSuspended, LastAdministrator, NotToBeMerged, OwnAccount, TooLateToBringBack
from lms.accounts.models import Person, PersonMerge, RoleGrant
from lms.accounts.queries import directory, duplicates
from lms.accounts.services import merging, standing
from lms.core import db as database
from lms.core.access import Role
from tests.factories import make_person
from tests.parallel import at_once


def administrator(db: Any, name: str) -> Person:
    person = make_person(db, name, role=Role.ADMINISTRATOR)
    person.password_hash = "x"
    database.commit()
    return person


def administrators(db: Any) -> list[int]:
    db.expire_all()
    return list(db.scalars(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR)))


def test_of_two_administrators_who_revoke_each_other_one_stays(app: Flask, db: Any, now: dt.datetime) -> None:
    ids = [administrator(db, "amina").id, administrator(db, "karim").id]
    database.rollback()

    def revoke(target: int, actor: int) -> Any:
        def act(db: Any) -> None:
            person = db.get_one(Person, target)
            standing.revoke_role(db, person, person.grants[0], actor_id=actor, now=now)

        return act

    results = at_once(app, [revoke(ids[0], ids[1]), revoke(ids[1], ids[0])])
    assert sorted(type(one) for one in results if one is not None) == [LastAdministrator]
    assert len(administrators(db)) == 1


def test_nobody_gives_up_or_shuts_out_their_own_administration(db: Any, now: dt.datetime) -> None:
    amina = administrator(db, "amina")
    administrator(db, "karim")
    with pytest.raises(OwnAccount):
        standing.revoke_role(db, amina, amina.grants[0], actor_id=amina.id, now=now)
    with pytest.raises(OwnAccount):
        standing.close_account(db, amina, actor_id=amina.id, reason="", now=now)
    with pytest.raises(OwnAccount):
        standing.archive_person(db, amina, actor_id=amina.id, reason="", now=now)


def test_the_last_administrator_cannot_be_suspended(db: Any, now: dt.datetime) -> None:
    amina = administrator(db, "amina")
    with pytest.raises(LastAdministrator):
        standing.close_account(db, amina, actor_id=None, reason="", now=now)


def test_an_archived_person_comes_back_within_30_days_only(db: Any, now: dt.datetime) -> None:
    chaima = make_person(db)
    standing.archive_person(db, chaima, actor_id=None, reason="left", now=now)
    standing.bring_back(db, chaima, "accounts.restore-person", actor_id=None, now=now + dt.timedelta(days=29))
    assert chaima.archived_at is None
    standing.archive_person(db, chaima, actor_id=None, reason="left", now=now)
    with pytest.raises(TooLateToBringBack):
        standing.bring_back(db, chaima, "accounts.restore-person", actor_id=None, now=now + dt.timedelta(days=31))


def facts(db: Any, *ids: int) -> list[Any]:
    db.expire_all()
    people = [db.get_one(Person, one) for one in ids]
    return [
        (merging._facts(one), one.archived_at, one.merged_into_id, {(g.role, g.organisation_id) for g in one.grants})
        for one in people
    ]


def test_a_merge_takes_the_chosen_values_and_its_undo_restores_all(db: Any, now: dt.datetime) -> None:
    actor = administrator(db, "amina")
    kept, merged = make_person(db), make_person(db, "driss", role=Role.TRAINER, phone="+212612345678", code="AB12")
    before = facts(db, kept.id, merged.id)
    row = merging.merge_people(
        db, kept.id, merged.id, take={"email", "code", "phone", "name_ar"}, actor_id=actor.id, now=now
    )
    assert (kept.email, kept.code, kept.phone, kept.name.ar) == (
        "driss@example.ma", "AB12", "+212612345678", "إدريس وهبي",
    )  # fmt: skip
    assert {one.role for one in kept.grants} == {Role.LEARNER, Role.TRAINER}
    assert (merged.email, merged.merged_into_id, merged.archived_at) == (None, kept.id, now)
    merging.undo_merge(db, row, actor_id=actor.id, now=now + dt.timedelta(days=30))
    assert facts(db, kept.id, merged.id) == before
    with pytest.raises(TooLateToBringBack):
        merging.undo_merge(db, row, actor_id=actor.id, now=now)


def test_a_merge_never_leaves_a_person_without_name_or_region(db: Any, now: dt.datetime) -> None:
    actor, kept, merged = administrator(db, "amina"), make_person(db), make_person(db, "driss")
    region = accounts.regions(db)[0]
    services.edit_person(
        db, merged, {"name_ar": "", "level": "regional", "region_id": region.id}, actor_id=None, now=now
    )
    services.edit_person(db, kept, {"name_fr": ""}, actor_id=None, now=now)
    merging.merge_people(
        db, kept.id, merged.id, take=("name_ar", "level", "password_hash", "id"), actor_id=actor.id, now=now
    )
    assert (kept.name.ar, kept.name.fr, kept.level, kept.region_id) == ("شيماء العلوي", "", "central", None)


def test_each_room_s_answer_is_kept_under_its_name(db: Any, now: dt.datetime) -> None:
    actor, kept, merged = administrator(db, "amina"), make_person(db), make_person(db, "driss")
    row = merging.merge_people(db, kept.id, merged.id, take=(), actor_id=actor.id, now=now)
    assert {"accounts", "programme"} <= set(row.moved)
    assert events.people_merged.receivers


def test_what_cannot_be_merged_is_refused(db: Any, now: dt.datetime) -> None:
    actor, kept, merged = administrator(db, "amina"), make_person(db), make_person(db, "driss")
    merging.merge_people(db, kept.id, merged.id, take=(), actor_id=actor.id, now=now)
    for pair in ((kept.id, kept.id), (kept.id, merged.id), (merged.id, kept.id), (kept.id, 999_999)):
        with pytest.raises(NotToBeMerged):
            merging.merge_people(db, *pair, take=(), actor_id=actor.id, now=now)
    with pytest.raises(OwnAccount):
        merging.merge_people(db, kept.id, actor.id, take=(), actor_id=actor.id, now=now)
    assert len(db.scalars(sa.select(PersonMerge)).all()) == 1


def test_pairs_share_a_folded_name_or_a_telephone_and_may_be_told_apart(db: Any, now: dt.datetime) -> None:
    actor = administrator(db, "amina")
    first = make_person(db, phone="+212612345678")
    twin = make_person(db, "chaima", email="other@example.ma")
    same_phone = make_person(db, "driss", phone="+212612345678", organisation_key="tourisme")
    make_person(db, "hiba")
    assert [(a.id, b.id) for a, b in duplicates.pairs_page(db, page=1)] == [
        (first.id, twin.id), (first.id, same_phone.id),
    ]  # fmt: skip
    merging.tell_apart(db, twin.id, first.id, actor_id=actor.id, now=now)
    assert duplicates.count_pairs(db) == 1


def test_the_list_finds_by_name_address_code_and_telephone(db: Any) -> None:
    person = make_person(db, phone="+212612345678", code="AB12")
    make_person(db, "driss")
    for words in ("شيماء", "ALAOUI chaima", "chaima@exa", "ab12", "06 12 34 56 78"):
        wanted = directory.Wanted(search=words)
        lines = directory.people_page(db, wanted, organisation_id=None, lang="fr", page=1)
        assert [one.person.id for one in lines] == [person.id], words
        assert lines[0].state is directory.PersonState.NOT_INVITED


def test_the_account_that_stays_is_one_that_may_sign_in(db: Any, now: dt.datetime) -> None:
    actor, closed, other = administrator(db, "amina"), make_person(db), make_person(db, "driss")
    services.suspend(db, closed, actor_id=None, reason="double", now=now)
    with pytest.raises(KeptIsSuspended):
        merging.merge_people(db, closed.id, other.id, take=(), actor_id=actor.id, now=now)
    merging.merge_people(db, other.id, closed.id, take=(), actor_id=actor.id, now=now)
    assert (closed.merged_into_id, other.suspended_at) == (other.id, None)


def test_an_undo_leaves_addresses_that_somebody_else_has_by_now(db: Any, now: dt.datetime) -> None:
    actor, kept, merged = administrator(db, "amina"), make_person(db), make_person(db, "driss")
    row = merging.merge_people(db, kept.id, merged.id, take={"email"}, actor_id=actor.id, now=now)
    make_person(db, "hiba", email="chaima@example.ma")
    merging.undo_merge(db, row, actor_id=actor.id, now=now)
    assert (kept.email, merged.email, merged.archived_at) == ("driss@example.ma", None, None)
