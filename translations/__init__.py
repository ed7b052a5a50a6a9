"""The catalogs of the portal itself, one .po file per locale; each plugin has its own."""
