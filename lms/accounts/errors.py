"""Rules of this room that can be broken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.bilingual import Bilingual
from lms.core.errors import DomainError


class LinkNotUsable(DomainError):
    """Raised for a link that is unknown, used, revoked or too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("This link no longer works. A new one can be asked for below."))


class AddressTaken(DomainError):
    """Raised when an e-mail address belongs to another account."""

    def __init__(self) -> None:
        super().__init__(_l("This e-mail address cannot be used. Another one is needed."))


class AnsweredAlready(DomainError):
    """Raised when a request about data has its answer."""

    def __init__(self) -> None:
        super().__init__(_l("This request is answered already."))


class NotToBeWiped(DomainError):
    """Raised for one's own account and for the last administrator: nobody could go on."""

    def __init__(self) -> None:
        super().__init__(_l("One’s own account and that of the last administrator cannot be wiped."))


class TooManyVersions(DomainError):
    """Raised when the notice was published nine times on one day."""

    def __init__(self) -> None:
        super().__init__(_l("The notice was published nine times today. The next version can be published tomorrow."))


class LastAdministrator(DomainError):
    """Raised when the programme would be left without anybody who administers it."""

    def __init__(self) -> None:
        super().__init__(_l("The programme needs an administrator: this is the last one who can sign in."))


class OwnAccount(DomainError):
    """Raised when administrators would shut themselves out."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody can suspend, archive or merge their own account, or give up administration alone."))


class RoleNotPossible(DomainError):
    """Raised for a role that is held already or lacks its organisation."""

    def __init__(self) -> None:
        super().__init__(_l("This role is held already, or its organisation is missing."))


class TooLateToBringBack(DomainError):
    """Raised when something was put away more than 30 days ago."""

    def __init__(self) -> None:
        super().__init__(_l("This was put away more than 30 days ago: it can no longer be brought back."))


class NameTaken(DomainError):
    """Raised when another organisation or region has this name; ``lang``: which of the two."""

    def __init__(self, lang: str) -> None:
        super().__init__(_l("Another one has this name."))
        self.lang = lang


class SpellingTaken(DomainError):
    """Raised when a spelling stands for another organisation already."""

    def __init__(self, name: Bilingual) -> None:
        super().__init__(_l("This spelling stands for another organisation."))
        self.name = name


class StillInUse(DomainError):
    """Raised when an organisation is to be archived that has people."""

    def __init__(self, people: int, focal_points: int) -> None:
        super().__init__(_l("People belong to this organisation: they can be moved to another one first."))
        self.people, self.focal_points = people, focal_points


class AccountPutAway(DomainError):
    """Raised when somebody acts on an account that is archived, or merged into another."""

    def __init__(self) -> None:
        super().__init__(_l("This account is archived: it has to be restored before anything else."))


class KeptIsSuspended(DomainError):
    """Raised when the account that would stay cannot sign in: a merge must not shut the person out."""

    def __init__(self) -> None:
        super().__init__(
            _l("The account that stays is suspended. The other one can stay instead, or this one is reopened first.")
        )


class NotToBeMerged(DomainError):
    """Raised for two accounts that cannot become one."""

    def __init__(self) -> None:
        super().__init__(
            _l("These two accounts cannot be merged: they are the same one, or one of them is archived or merged.")
        )
