"""The rules of lending that staff write: shown in words, added, changed and removed."""
