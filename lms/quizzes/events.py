"""What this room tells the floors above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent after an attempt is graded and flushed. Sender: the Attempt. ``db``: the session; ``now``: UTC.
attempt_graded = signals.signal("quizzes.attempt-graded")
