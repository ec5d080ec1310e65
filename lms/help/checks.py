"""Topics name pages and roles of the product: a name that is none would leave a page without its help."""

from __future__ import annotations

from flask import current_app

from lms.core.access import Role
from lms.curriculum.catalogue import Curriculum


def unknown_names(curriculum: Curriculum) -> list[str]:
    """A sentence for each page or role of a topic that the product does not have."""
    pages, roles = set(current_app.view_functions), {str(role) for role in Role}
    return [
        f"fr/help/{topic.key}.md:1: {name} is no {kind} of the product"
        for topic in curriculum.help
        for kind, names, known in (("page", topic.pages, pages), ("role", topic.roles, roles))
        for name in names
        if name not in known
    ]
