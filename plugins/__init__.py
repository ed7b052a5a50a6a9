"""The plugins that ship with the portal, one folder each: `portal.plugins.NAME`."""

if __name__ != "portal.plugins":
    # A second copy would mean a second set of models and hooks.
    raise ImportError(f"import portal.plugins, not {__name__}")
