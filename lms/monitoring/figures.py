"""The dashboard as values: figures, rows by organisation, rows by region, things to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.actor import Actor
from lms.accounts.models import Organisation, Region
from lms.core.access import Role
from lms.monitoring import queries
from lms.monitoring.filters import Filters
from lms.monitoring.queries import ORGANISATION, REGION, TOTAL, Head


@dataclass(frozen=True)
class Row:
    """One organisation; None: people without one, so that totals always add up."""

    organisation: Organisation | None
    head: Head
    #: Distinct people who completed each module, in the order of the modules shown.
    completed: tuple[int, ...]
    certificates: int


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows, from a constant number of statements."""

    rows: tuple[Row, ...]
    total: Head
    completed: tuple[int, ...]
    certificates: int
    regions: tuple[tuple[Region | None, Head], ...]
    modules: tuple[str, ...]

    @property
    def added_up(self) -> int:
        """Sum of the rows: more than the total when somebody changed organisation."""
        return sum(row.head.people for row in self.rows)

    @property
    def empty_organisations(self) -> int:
        return sum(1 for row in self.rows if row.organisation and not row.head.people)


@dataclass(frozen=True)
class Places:
    """Everything that rows and filters name, read once a page."""

    organisations: Sequence[Organisation]
    regions: Sequence[Region]


def places(db: Session) -> Places:
    return Places(accounts.every_organisation(db), accounts.regions(db))


def dashboard(db: Session, actor: Actor, filters: Filters, modules: Sequence[str], known: Places) -> Dashboard:
    """The dashboard of what the actor may see under these filters; ``modules`` are the columns with data."""
    shown = tuple(module for module in modules if not filters.module or module == filters.module)
    heads = queries.heads(db, actor, filters)
    completed = queries.completions(db, actor, filters)
    issued = queries.certificates(db, actor, filters)

    def row(organisation: Organisation | None) -> Row:
        key = organisation.id if organisation else None
        return Row(
            organisation,
            heads.get((ORGANISATION, key), Head()),
            tuple(completed.get((ORGANISATION, key, module), 0) for module in shown),
            issued.get(key, 0),
        )

    rows = [row(organisation) for organisation in _organisations(actor, filters, known)]
    if not filters.organisation:
        # An archived organisation stands here for its past, not for being without anybody.
        rows = [one for one in rows if one.head.people or not (one.organisation and one.organisation.archived_at)]
    if (ORGANISATION, None) in heads:
        rows.append(row(None))
    names: dict[int | None, Region | None] = {region.id: region for region in known.regions}
    regions = [(names.get(key), head) for (word, key), head in heads.items() if word == REGION]
    return Dashboard(
        rows=tuple(rows),
        total=heads[TOTAL, None],
        completed=tuple(completed.get((TOTAL, None, module), 0) for module in shown),
        certificates=sum(issued.values()),
        regions=tuple(sorted(regions, key=lambda pair: -pair[1].people)),
        modules=shown,
    )


def _organisations(actor: Actor, filters: Filters, known: Places) -> list[Organisation]:
    found = list(known.organisations)
    if not actor.roles & {Role.MONITOR, Role.ADMINISTRATOR}:
        found = [one for one in found if one.id in actor.focal_organisation_ids]
    return [one for one in found if not filters.organisation or one.key == filters.organisation]
