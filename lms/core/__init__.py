"""Ground floor: database, languages, access, clock, jobs, mail, throttling, audit, errors. Knows no feature."""
