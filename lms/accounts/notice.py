"""The privacy notice: its version, and what the programme's owner states in it."""

from __future__ import annotations

#: Date of the text. Changing the text means a new date: everybody is asked to read it again.
VERSION = "2026-11-24"
