"""What this room tells the rooms above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent after a half-day was closed, flushed. Sender: the HalfDay. ``db``, ``now``.
half_day_closed = signals.signal("attendance.half-day-closed")

#: Sent after a mark of a closed half-day was corrected, flushed. Sender: the HalfDay. ``db``, ``enrolment_id``,
#: ``actor_id``, ``now``.
mark_corrected = signals.signal("attendance.mark-corrected")
