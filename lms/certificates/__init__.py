"""Rules of award, frozen documents, register, verification. Reads the ledger; does not know lessons or quizzes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.certificates import hooks, privacy, services, views
from lms.certificates.commands import group, verify_certificate
from lms.certificates.demo import issue_certificates
from lms.certificates.permissions import CertificatePermission
from lms.core.feature import Feature, NavItem

feature = Feature(
    name="certificates",
    blueprints=[views.blueprint, views.verification],
    permissions=CertificatePermission,
    nav=[
        NavItem(
            _l("Certificates"), "certificates.list_certificates", "award", CertificatePermission.OWN,
            participant=True, position=40,
        )
    ],
    jobs={services.DRAW: services.draw, "certificates.draw-missing": services.draw_missing},
    periodic={"certificates.draw-missing": 10},
    commands=[verify_certificate, group],
    home_cards=hooks.home_cards,
    module_panels=hooks.module_panels,
    health=hooks.health,
    personal_data=hooks.certificates_of,
    data_words=privacy.WORDS,
    retention=privacy.RULES,
    processing=privacy.PROCESSING,
    demo=issue_certificates,
)  # fmt: skip
