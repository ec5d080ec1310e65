"""Pages of this room, by topic."""

from __future__ import annotations

from lms.accounts.views import (
    confirmation,
    duplicates,
    invitation_desk,
    invitations,
    own,
    own_data,
    own_password,
    pages,
    passwords,
    people,
    person,
    second_factor,
    sign_in,
)
from lms.accounts.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "confirmation",
    "duplicates",
    "invitation_desk",
    "invitations",
    "own",
    "own_data",
    "own_password",
    "pages",
    "passwords",
    "people",
    "person",
    "second_factor",
    "sign_in",
]
