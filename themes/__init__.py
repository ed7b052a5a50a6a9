"""The themes that ship with the portal, one folder each: theme.toml, static files, templates."""
