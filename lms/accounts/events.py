"""What this room tells the floors above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent when two accounts become one, flushed. Sender: the PersonMerge (``kept_id``, ``merged_id``). ``db``: the
#: session; ``now``: UTC. A listener gives back ids of what it moved, as JSON, kept under its room's name in ``moved``.
people_merged = signals.signal("accounts.people-merged")

#: Sent when a merge is undone, with the same sender and arguments: each room takes back what it moved.
merge_undone = signals.signal("accounts.merge-undone")

#: Sent before people of an undone import go. Sender: the list of their ids. ``db``, ``now``. A listener lets go of
#: what it holds on them, or raises a DomainError and nothing is undone.
people_withdrawn = signals.signal("accounts.people-withdrawn")
