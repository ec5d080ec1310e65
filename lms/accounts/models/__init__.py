"""People, organisations, regions, roles, sign-ins, invitations, imports, privacy."""

from __future__ import annotations

from lms.accounts.models.imports import BatchState, ImportBatch, ImportRow
from lms.accounts.models.people import (
    Level,
    NotTheSame,
    Organisation,
    OrganisationAlias,
    Person,
    PersonMerge,
    Region,
    RoleGrant,
    Sex,
    Transfer,
)
from lms.accounts.models.privacy import AccessEntry, NoticeAcceptance, PrivacyNotice, PrivacyRequest, RequestKind
from lms.accounts.models.sign_ins import LinkPurpose, OneTimeLink, RecoveryCode, SecondFactor, SignIn

__all__ = [
    "AccessEntry",
    "BatchState",
    "ImportBatch",
    "ImportRow",
    "Level",
    "LinkPurpose",
    "NotTheSame",
    "NoticeAcceptance",
    "OneTimeLink",
    "Organisation",
    "OrganisationAlias",
    "Person",
    "PersonMerge",
    "PrivacyNotice",
    "PrivacyRequest",
    "RecoveryCode",
    "Region",
    "RequestKind",
    "RoleGrant",
    "SecondFactor",
    "Sex",
    "SignIn",
    "Transfer",
]
