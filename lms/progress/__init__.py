"""The ledger of completions and the shares computed from it. Knows activities by their key only."""

from __future__ import annotations

from flask import Flask

from lms.core.feature import Feature
from lms.programme import events as programme
from lms.programme.work import EXTENSION
from lms.progress import merging, services, work
from lms.progress.privacy import WORDS, ledger_of


def _listen(app: Flask) -> None:
    app.extensions[EXTENSION] = work
    programme.enrolled.connect(services.open_modules)
    programme.enrolled_together.connect(services.open_modules_together)
    programme.modules_changed.connect(services.follow_modules)
    programme.enrolments_merged.connect(merging.copy_missing)
    programme.enrolments_parted.connect(merging.take_copies_back)


feature = Feature(
    name="progress",
    init_app=_listen,
    content_synced=services.take_steps,
    personal_data=ledger_of,
    data_words=WORDS,
)
