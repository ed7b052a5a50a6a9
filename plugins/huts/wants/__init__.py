"""What neighbours need and nobody has yet: wants that they post, and what was looked for in vain, counted."""
