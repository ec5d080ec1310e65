"""Rules of award. Each names its kind and its modules; a certificate is unique per enrolment and rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.models import Kind
from lms.programme.models import Enrolment
from lms.programme.queries import modules_of_cohort
from lms.progress import queries as progress
from lms.progress.models import LedgerEntry, ModuleProgress


@dataclass(frozen=True)
class Rule:
    """One kind of certificate for one set of modules."""

    kind: Kind
    modules: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.kind}:{'+'.join(self.modules)}"


#: Modules whose completion alone earns an achievement, in cohorts without sessions.
ONLINE_ACHIEVEMENTS = ("concepts",)


@dataclass(frozen=True)
class Eligibility:
    """Whether an enrolment meets a rule, and what shows it."""

    rule: Rule
    is_met: bool
    evidence: Mapping[str, Any]


def rules_of(db: Session, enrolment: Enrolment) -> list[Rule]:
    """The rules that apply to an enrolment's cohort."""
    if enrolment.cohort.has_sessions:
        return []
    taken = modules_of_cohort(db, enrolment.cohort_id)
    return [Rule(Kind.ACHIEVEMENT, (module,)) for module in taken if module in ONLINE_ACHIEVEMENTS]


def eligibility(db: Session, enrolment: Enrolment) -> list[Eligibility]:
    """Every rule of the enrolment with what the ledger says of it."""
    rules = rules_of(db, enrolment)
    if not rules:
        return []
    modules, entries = progress.modules(db, enrolment.id), progress.entries(db, enrolment.id)
    return [_look_at(rule, modules, entries) for rule in rules]


def _look_at(rule: Rule, modules: Mapping[str, ModuleProgress], entries: Mapping[str, LedgerEntry]) -> Eligibility:
    rows = [modules.get(module) for module in rule.modules]
    is_met = all(row is not None and row.completed_on is not None for row in rows)
    evidence = {
        "modules": {
            row.module: {"done": row.done, "required": row.required, "minutes": row.minutes}
            for row in rows
            if row is not None
        },
        "activities": {
            entry.activity: {
                "happened_on": entry.happened_on.isoformat(),
                "score": None if entry.score is None else float(entry.score),
                "evidence": entry.evidence,
            }
            for entry in entries.values()
            if entry.module in rule.modules and entry.share == 1
        },
    }
    return Eligibility(rule, is_met, evidence)
