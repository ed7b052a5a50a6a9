"""Readers of election files, one for each format: `read(text)` gives an Election or a Budget, or says what is wrong."""
