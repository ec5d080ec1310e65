"""What those who run the platform need: home, settings, mails, health, audit. Knows people only as names."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.administration import hooks, mails, services_mails, views
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.images import logo
from lms.core import clock, mail, profile
from lms.core.access import Role
from lms.core.feature import Feature, NavItem


def _init_app(app: Flask) -> None:
    @app.context_processor
    def logo_address() -> dict[str, Any]:
        """The logo of pages; None: the product's own mark."""
        logo_id = profile.remembered().logo_id
        return {"logo_url": url_for("logo.send_logo", image_id=logo_id) if logo_id else None}


def _write_to_many(db: Session, message_id: int) -> None:
    services_mails.write_to_many(db, message_id, now=clock.now())


feature = Feature(
    name="administration",
    blueprints=[views.blueprint, views.mails_blueprint, logo],
    permissions=AdministrationPermission,
    nav=[
        NavItem(
            _l("Administration"), "administration.show_home", "settings", AdministrationPermission.HOME,
            staff=True, position=5,
        ),
    ],
    homes={Role.ADMINISTRATOR: "administration.show_home"},
    tasks=hooks.tasks,
    tiles=hooks.TILES,
    mails=mails.KINDS,
    jobs={services_mails.WRITE_TO_MANY: _write_to_many},
    health=mail.health,
    init_app=_init_app,
)  # fmt: skip
