"""What a resident does: hold a thing, see what they have, extend it, or let it go."""
