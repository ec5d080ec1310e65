"""What the screen of a half-day shows, new every 20 seconds: a token for its QR code and six digits. Pure.

The clock is the server's alone: a phone whose clock is wrong changes nothing. What is shown is taken while it is shown
and one step longer, so that whoever scans in its last second is in time too.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

STEP = dt.timedelta(seconds=20)
#: Steps whose token is taken: the one shown and the one before.
TAKEN = (0, 1)
#: Letters of a token, five bits each: in capitals a QR code holds them in the fewest squares.
LETTERS = 16
DIGITS = 6


@dataclass(frozen=True)
class Shown:
    """What stands on the screen during one step."""

    token: str
    digits: str
    #: When the next one takes its place, UTC.
    until: dt.datetime


def step_of(now: dt.datetime) -> int:
    """The number of the step that is on."""
    return int(now.timestamp()) // int(STEP.total_seconds())


def shown(secret: str, half_day_id: int, step: int) -> Shown:
    """Token and digits of a step."""
    until = dt.datetime.fromtimestamp((step + 1) * int(STEP.total_seconds()), dt.UTC)
    return Shown(_token(secret, half_day_id, step), _digits(secret, half_day_id, step), until)


def is_fresh(secret: str, half_day_id: int, token: str, *, now: dt.datetime) -> bool:
    """Whether the token is one of this half-day, shown now or one step ago; capitals or not."""
    return _is_one_of(token.upper(), [_token(secret, half_day_id, step_of(now) - back) for back in TAKEN])


def is_fresh_code(secret: str, half_day_id: int, digits: str, *, now: dt.datetime) -> bool:
    """The same of the six digits."""
    return _is_one_of(digits, [_digits(secret, half_day_id, step_of(now) - back) for back in TAKEN])


def device_hash(secret: str, half_day_id: int, device: str) -> str:
    """What is kept of a device: tells two accounts on one device at this half-day, and nothing at any other."""
    return _mac(secret, half_day_id, "device", device).hex()


def new_device() -> str:
    """A random name for a browser."""
    return secrets.token_urlsafe(16)


def _is_one_of(said: str, taken: list[str]) -> bool:
    # Every one is compared, each in the same time.
    fits = [hmac.compare_digest(said.encode(), one.encode()) for one in taken]
    return any(fits)


def _token(secret: str, half_day_id: int, step: int) -> str:
    return base64.b32encode(_mac(secret, half_day_id, "token", str(step)))[:LETTERS].decode()


def _digits(secret: str, half_day_id: int, step: int) -> str:
    number = int.from_bytes(_mac(secret, half_day_id, "digits", str(step))[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"


def _mac(secret: str, half_day_id: int, purpose: str, said: str) -> bytes:
    """Each half-day has a key of its own; each purpose says which it is."""
    key = hmac.new(secret.encode(), f"attendance\0check-in\0{half_day_id}".encode(), hashlib.sha256).digest()
    return hmac.new(key, f"{purpose}\0{half_day_id}\0{said}".encode(), hashlib.sha256).digest()
