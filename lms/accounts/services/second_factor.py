"""The authenticator app and the recovery codes of an account. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.models import Person, RecoveryCode, SecondFactor, SignIn
from lms.accounts.services.sign_ins import close_sign_ins
from lms.core import audit

STEP_SECONDS = 30
#: Clocks of telephones may be one step early or late.
DRIFT = (-1, 0, 1)
RECOVERY_CODES = 10
#: Letters and digits that are not taken for one another on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def proposed_key(server_secret: str, token: str) -> str:
    """Key offered on the set-up page, the same while this sign-in lasts: showing the page stores nothing."""
    digest = hmac.new(server_secret.encode(), f"second-factor\0{token}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def address(key: str, *, issuer: str, account: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=issuer)


def step_of(key: str, code: str, *, now: dt.datetime, after: int | None = None) -> int | None:
    """The 30-second step whose code this is; None for a wrong code or one of a step already taken."""
    plain = "".join(char for char in code if not char.isspace())
    if len(plain) != 6 or not (plain.isascii() and plain.isdigit()):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(key)
    fits = [
        step
        for step in (present + drift for drift in DRIFT)
        if hmac.compare_digest(totp.generate_otp(step), plain) and (after is None or step > after)
    ]
    return fits[0] if fits else None


def turn_on(db: Session, person: Person, key: str, step: int, *, sign_in_id: int, now: dt.datetime) -> list[str]:
    """Put the app in force (in place of an earlier one), end other sign-ins; gives the recovery codes, shown once."""
    _erase(db, person.id)
    db.add(SecondFactor(person_id=person.id, secret=key, created_at=now, confirmed_at=now, last_step=step))
    db.flush()
    close_sign_ins(db, person.id, now=now, keep=sign_in_id)
    db.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(second_factor_at=now, confirmed_at=now))
    audit.record(db, "accounts.second-factor-on", actor_id=person.id, subject=person, now=now)
    return _new_codes(db, person.id)


def turn_off(db: Session, person: Person, *, sign_in_id: int, now: dt.datetime) -> None:
    """The holder goes back to the password alone; other sign-ins end."""
    _erase(db, person.id)
    close_sign_ins(db, person.id, now=now, keep=sign_in_id)
    db.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(second_factor_at=None))
    audit.record(db, "accounts.second-factor-off", actor_id=person.id, subject=person, now=now)


def reset(db: Session, person: Person, *, actor_id: int, now: dt.datetime) -> None:
    """An administrator takes a lost app away: every sign-in of the person ends."""
    _erase(db, person.id)
    close_sign_ins(db, person.id, now=now)
    audit.record(db, "accounts.second-factor-reset", actor_id=actor_id, subject=person, now=now)


def renew_codes(db: Session, person: Person, *, now: dt.datetime) -> list[str]:
    """Ten new recovery codes; the earlier ones are worth nothing."""
    db.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    audit.record(db, "accounts.recovery-codes", actor_id=person.id, subject=person, now=now)
    return _new_codes(db, person.id)


def take(db: Session, person_id: int, text: str, *, now: dt.datetime) -> bool:
    """Whether ``text`` is a code of the app or a recovery code that was not used; uses it up."""
    return _take_code(db, person_id, text, now) or _take_recovery_code(db, person_id, text, now)


def _take_code(db: Session, person_id: int, text: str, now: dt.datetime) -> bool:
    factor = db.get(SecondFactor, person_id, with_for_update=True, populate_existing=True)
    if factor is None or factor.confirmed_at is None:
        return False
    step = step_of(factor.secret, text, now=now, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    db.flush()
    return True


def _take_recovery_code(db: Session, person_id: int, text: str, now: dt.datetime) -> bool:
    if queries.second_factor(db, person_id) is None:
        return False
    statement = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, text),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return db.execute(statement).first() is not None


def _new_codes(db: Session, person_id: int) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code)) for code in codes)
    db.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(person_id: int, text: str) -> str:
    plain = "".join(char for char in text.upper() if char.isalnum())
    return hashlib.sha256(f"{person_id}\0{plain}".encode()).hexdigest()


def _erase(db: Session, person_id: int) -> None:
    """Secrets are not put away, they go."""
    db.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person_id))
    db.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
