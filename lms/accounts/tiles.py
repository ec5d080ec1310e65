"""Entries of this room on the administration's home page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.accounts.permissions import AccountPermission
from lms.core.feature import Tile

TILES = (
    Tile(
        _l("People"), _l("Accounts, roles, places of work, state of each"), "people.list_people", "users",
        AccountPermission.PEOPLE_MANAGE, position=10,
    ),
    Tile(
        _l("Organisations"), _l("Names, official order, other spellings, people"),
        "organisations.list_organisations", "building", AccountPermission.ORGANISATIONS_MANAGE, position=35,
    ),
    Tile(
        _l("Regions"), _l("The twelve regions and their names in both languages"), "regions.list_regions", "flag",
        AccountPermission.ORGANISATIONS_MANAGE, position=45,
    ),
    Tile(
        _l("Import people"), _l("By file, checked before anything is written"), "imports.start_people", "upload",
        AccountPermission.PEOPLE_MANAGE, position=20,
    ),
    Tile(
        _l("Possible duplicates"), _l("Two accounts that may be one person’s: side by side, made one or told apart"),
        "duplicates.list_pairs", "copy", AccountPermission.PEOPLE_MANAGE, position=25,
    ),
    Tile(
        _l("Import organisations"), _l("By file, with the names in both languages"), "imports.start_organisations",
        "upload", AccountPermission.PEOPLE_MANAGE, position=40,
    ),
)  # fmt: skip
