"""Topics name pages and roles of the product: a name that is none would leave a page without its help."""

from __future__ import annotations

from flask import current_app

from lms.core.access import Role
from lms.curriculum.check import topics
from lms.curriculum.files import Tree, under


@under("help")
def check_names(tree: Tree) -> None:
    """Complain of each page or role of a topic that the product does not have."""
    known = {"pages": set(current_app.view_functions), "roles": {str(role) for role in Role}}
    for key in topics(tree):
        topic = tree.lesson("fr", f"help/{key}.md")
        if topic is None:
            continue
        for field, names in known.items():
            for name in set(topic.front.get(field) or []) - names:
                tree.complain(f"fr/help/{key}.md", 1, f"{name} is no {field[:-1]} of the product")
