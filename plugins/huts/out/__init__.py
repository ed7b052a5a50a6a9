"""What leaves the site: calendars of people and huts, and what is free as JSON."""
