"""What the style guide shows."""
from typing import Any


def sample(lang: str) -> dict[str, Any]:
    return {}
