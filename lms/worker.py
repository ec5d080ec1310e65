"""What the child process that runs jobs imports: ``huey_consumer lms.worker.huey``."""

from __future__ import annotations

from lms import create_app
from lms.core.processes import die_with_parent

die_with_parent()
app = create_app()
huey = app.extensions["huey"]
