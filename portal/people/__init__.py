"""Floor 2: persons, sessions, roles and what each may do."""
