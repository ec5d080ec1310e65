"""Files of people and organisations: read, checked against what is there, confirmed, undone."""
