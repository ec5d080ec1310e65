"""Files of sessions and of marks: read, checked against what is there, confirmed, taken back; and written."""
