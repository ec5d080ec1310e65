"""Every SELECT of this room, by topic. What other rooms ask for is named here."""

from __future__ import annotations

from lms.accounts.queries.invitations import (
    InvitationRow,
    InvitationState,
    Selection,
    count_live,
    count_to_invite,
    has_learners,
    invitation_counts,
    invitation_page,
    people_to_invite,
    person_to_invite,
    taken_codes,
)
from lms.accounts.queries.links import any_link, usable_link
from lms.accounts.queries.people import (
    get_person_or_none,
    has_administrator,
    has_people,
    is_address_taken,
    matching,
    organisation_by_key,
    organisations,
    people_visible_to,
    regions,
    roles_of,
)
from lms.accounts.queries.places import every_organisation
from lms.accounts.queries.privacy import accepted_notice, count_views, requests_of, views_of
from lms.accounts.queries.sign_ins import (
    count_recovery_codes,
    load_actor,
    open_person,
    open_sign_ins,
    person_signing_in,
    second_factor,
    token_hash,
)

__all__ = [
    "InvitationRow",
    "InvitationState",
    "Selection",
    "accepted_notice",
    "any_link",
    "count_live",
    "count_recovery_codes",
    "count_to_invite",
    "count_views",
    "every_organisation",
    "get_person_or_none",
    "has_administrator",
    "has_learners",
    "has_people",
    "invitation_counts",
    "invitation_page",
    "is_address_taken",
    "load_actor",
    "matching",
    "open_person",
    "open_sign_ins",
    "organisation_by_key",
    "organisations",
    "people_to_invite",
    "people_visible_to",
    "person_signing_in",
    "person_to_invite",
    "regions",
    "requests_of",
    "roles_of",
    "second_factor",
    "taken_codes",
    "token_hash",
    "usable_link",
    "views_of",
]
