"""The pages of the staff desk; each file adds its own to the blueprint of the one before."""
