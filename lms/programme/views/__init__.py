"""Pages of this room: cohorts and enrolments, committee seats, the trainers' own cohorts."""

from __future__ import annotations

from lms.programme.views import cohorts, enrolling, seats, taught

blueprints = [cohorts.blueprint, seats.blueprint, taught.blueprint]

__all__ = ["blueprints", "cohorts", "enrolling", "seats", "taught"]
