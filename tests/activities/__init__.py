"""Activities as residents and staff use them: the list, signing up and leaving, the desk, and what goes out."""
