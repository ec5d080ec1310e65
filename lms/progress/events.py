"""What this room tells the floors above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent when an enrolment's last required step of a module is done, flushed. Sender: the ModuleProgress.
#: ``db``: the session; ``now``: UTC.
module_completed = signals.signal("progress.module-completed")
