"""What this room tells the floors above."""

from __future__ import annotations

from blinker import Namespace

signals = Namespace()

#: Sent after somebody is enrolled and flushed. Sender: the Enrolment. ``db``: the session; ``now``: UTC.
enrolled = signals.signal("programme.enrolled")

#: Sent after several people are enrolled at once. Sender: the Cohort. ``enrolment_ids``: the new rows; ``db``, ``now``.
enrolled_together = signals.signal("programme.enrolled-together")

#: Sent after a cohort takes other modules than before, flushed. Sender: the Cohort. ``added``, ``removed``: slugs of
#: modules (nothing was done in the removed ones); ``db``, ``now``.
modules_changed = signals.signal("programme.modules-changed")

#: Sent when two enrolments of one person in one cohort become one. Sender: the Enrolment that counts.
#: ``aside``: the Enrolment that stands aside; ``db``, ``now``. A listener may give back what it moved, as JSON.
enrolments_merged = signals.signal("programme.enrolments-merged")

#: Sent when two accounts become one that both train some cohorts, before the merged one leaves them. Sender: the
#: PersonMerge. ``cohort_ids``; ``given``: what a room writes here comes back with ``trainings_parted``; ``db``.
trainings_joined = signals.signal("programme.trainings-joined")

#: Sent when that is undone and both train them again, flushed. Sender: the PersonMerge. ``given``, ``db``.
trainings_parted = signals.signal("programme.trainings-parted")

#: Sent when the merge is taken back. Sender and arguments as ``enrolments_merged``; ``rooms``: room -> what its
#: listener gave back then.
enrolments_parted = signals.signal("programme.enrolments-parted")
