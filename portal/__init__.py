"""The portal: what this package publishes is what plugins may use. Everything else may change without a word."""

from importlib import import_module

from .published import PUBLISHED, RENAMED

__all__ = sorted(PUBLISHED)


def __getattr__(name: str):
    """Load what is published only when it is asked for, so that a command starts fast."""
    where = PUBLISHED.get(name)
    if where is None:
        raise AttributeError(f"portal publishes no {name}")
    module, wanted = import_module(f"portal.{where}"), RENAMED.get(name, name)
    value = getattr(module, wanted) if hasattr(module, wanted) else import_module(f"portal.{where}.{wanted}")
    globals()[name] = value
    return value
