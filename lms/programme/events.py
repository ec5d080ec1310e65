"""What this room tells the floors above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent after somebody is enrolled and flushed. Sender: the Enrolment. ``db``: the session; ``now``: UTC.
enrolled = signals.signal("programme.enrolled")
