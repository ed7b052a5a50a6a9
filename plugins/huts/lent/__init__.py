"""What residents lend through the hut, or give away: offered, taken in by staff, and back with its owner."""
