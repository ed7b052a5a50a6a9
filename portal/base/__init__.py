"""Floor 1: settings, database, sites, rows, migrations, search, time."""
