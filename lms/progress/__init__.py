"""The ledger of completions and the shares computed from it. Knows activities by their key only."""

from __future__ import annotations

from flask import Flask

from lms.core.feature import Feature
from lms.programme.events import enrolled
from lms.progress import services
from lms.progress.privacy import ledger_of


def _listen(_app: Flask) -> None:
    enrolled.connect(services.open_modules)


feature = Feature(name="progress", init_app=_listen, content_synced=services.take_steps, personal_data=ledger_of)
