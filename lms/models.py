"""Every table of the product, imported in one place for migrations and tests."""

from __future__ import annotations

from lms.accounts import models as accounts
from lms.administration import models as administration
from lms.attendance import models as attendance
from lms.certificates import models as certificates
from lms.core import audit, installation, jobs, mail, profile, retention, throttle
from lms.curriculum import models as curriculum
from lms.exchange import models as exchange
from lms.learning import models as learning
from lms.programme import models as programme
from lms.progress import models as progress
from lms.quizzes import models as quizzes
from lms.surveys import models as surveys

__all__ = [
    "accounts",
    "administration",
    "attendance",
    "audit",
    "certificates",
    "curriculum",
    "exchange",
    "installation",
    "jobs",
    "learning",
    "mail",
    "profile",
    "programme",
    "progress",
    "quizzes",
    "retention",
    "surveys",
    "throttle",
]
