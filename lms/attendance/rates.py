"""Attended, held, planned: one person's half-days, and what can still be reached. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """Half-days of one person in one module or in a whole cohort."""

    attended: int
    #: Closed: it is known who was there.
    held: int
    #: All that take place, those to come too: rates are over these (domain, §5).
    planned: int
    #: Needed, in percent of ``planned``.
    threshold: int

    @property
    def needed(self) -> int:
        """Half-days that it takes: of twelve at 80 % ten."""
        return -(-self.threshold * self.planned // 100)

    @property
    def is_met(self) -> bool:
        """In whole numbers: 79.9 % is not 80 %."""
        return self.planned > 0 and 100 * self.attended >= self.threshold * self.planned

    @property
    def can_be_met(self) -> bool:
        """Whether it is met if the person attends all that are still to come."""
        return 100 * (self.attended + self.planned - self.held) >= self.threshold * self.planned

    @property
    def may_miss(self) -> int:
        """How many of those to come can be missed without falling below the threshold."""
        return max(0, self.attended + self.planned - self.held - self.needed)

    @property
    def share(self) -> float:
        """Attended of planned, 0-1."""
        return self.attended / self.planned if self.planned else 0.0
