"""What the programme team reads: tables by organisation and person. Writes nothing but the access log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.access import Role
from lms.core.feature import Feature, NavItem, Processing
from lms.monitoring import hooks, views
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
            staff=True, position=15, roles=frozenset({Role.MONITOR, Role.FOCAL_POINT}),
        ),
    ],
    processing=[
        Processing(
            purpose=_l("Figures and reports on the training"),
            data=_l("Counts by organisation, level, region, sex and age group"),
            people=_l("Participants"),
            recipients=_l(
                "Monitoring team, administration, focal points of the organisation; "
                "reports to third parties are counts"
            ),
            kept=_l("Without a name, for figures"),
        )
    ],
    tasks=hooks.tasks,
    homes={Role.MONITOR: "monitoring.show_dashboard", Role.FOCAL_POINT: "monitoring.show_dashboard"},
)  # fmt: skip
