"""What the programme team reads: tables by organisation and person. Writes nothing but the access log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.feature import Feature, NavItem
from lms.monitoring import views
from lms.monitoring.permissions import MonitoringPermission

feature = Feature(
    name="monitoring",
    blueprints=[views.blueprint],
    permissions=MonitoringPermission,
    nav=[
        NavItem(
            _l("Dashboard"), "monitoring.show_dashboard", "chart", MonitoringPermission.READ,
            staff=True, position=10, section=False,
        ),
        NavItem(
            _l("Organisations"), "monitoring.list_organisations", "building", MonitoringPermission.READ,
            staff=True, position=15,
        ),
    ],
)  # fmt: skip
