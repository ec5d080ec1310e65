"""How often a test tries, and the seed of what it leaves to chance."""

from __future__ import annotations

import os
import random


def rounds(usual: int) -> int:
    """``FAULTS_ROUNDS``, or the usual number."""
    return int(os.environ.get("FAULTS_ROUNDS") or usual)


def seed() -> int:
    """``FAULTS_SEED``, or a new one; printed, so that a failure can be had again."""
    found = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(2**32))
    print(f"FAULTS_SEED={found}")
    return found
