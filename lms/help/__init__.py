"""Help: what each page is for and how things are done there, by role.

Knows: the topics of the curriculum's files and the endpoints of the product. Does not know: any person, any record.
"""

from __future__ import annotations

from flask import Flask

from lms.core.feature import Feature
from lms.help import checks, views


def _init_app(app: Flask) -> None:
    app.context_processor(lambda: {"help_of": views.address_of_help, "help_index_url": views.address_of_index()})


feature = Feature(
    name="help", blueprints=[views.blueprint], content_checks=checks.check_names, init_app=_init_app
)  # fmt: skip
