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
from lms.monitoring.queries import Head


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
    not_started: int
    modules: tuple[str, ...]

    @property
    def added_up(self) -> int:
        """Sum of the rows: more than the total when somebody changed organisation."""
        return sum(row.head.people for row in self.rows)

    @property
    def empty_organisations(self) -> int:
        return sum(1 for row in self.rows if row.organisation and not row.head.people)


def dashboard(db: Session, actor: Actor, filters: Filters, modules: Sequence[str]) -> Dashboard:
    """The dashboard of what the actor may see under these filters; ``modules`` are the columns with data."""
    shown = tuple(module for module in modules if not filters.module or module == filters.module)
    by_organisation, total = queries.heads(db, actor, filters)
    completed = queries.completions(db, actor, filters)
    issued = queries.certificates(db, actor, filters)
    regions = queries.by_region(db, actor, filters)
    rows = [
        Row(
            organisation,
            by_organisation.get(organisation.id, Head(0, 0, 0)),
            tuple(completed.get((organisation.id, module), 0) for module in shown),
            issued.get(organisation.id, 0),
        )
        for organisation in _organisations(db, actor, filters)
    ]
    if None in by_organisation:
        done = tuple(completed.get((None, module), 0) for module in shown)
        rows.append(Row(None, by_organisation[None], done, issued.get(None, 0)))
    names: dict[int | None, Region | None] = {region.id: region for region in accounts.regions(db)}
    return Dashboard(
        rows=tuple(rows),
        total=total,
        completed=tuple(completed.get((-1, module), 0) for module in shown),
        certificates=sum(issued.values()),
        regions=tuple(
            sorted(((names.get(key), head) for key, head in regions.items()), key=lambda pair: -pair[1].people)
        ),
        not_started=queries.not_started(db, actor, filters),
        modules=shown,
    )


def _organisations(db: Session, actor: Actor, filters: Filters) -> list[Organisation]:
    found = accounts.organisations(db)
    if not actor.roles & {Role.MONITOR, Role.ADMINISTRATOR}:
        found = [one for one in found if one.id in actor.focal_organisation_ids]
    return [one for one in found if not filters.organisation or one.key == filters.organisation]
