"""What a poll is called in its reader's language, as a column of whatever shows it."""

from flask import g, has_request_context
from peewee import SQL, NodeList, Value, fn

from portal import current, param

from .models import Poll


def locale() -> str:
    """The reader's language, as queries with `title()` take it; "none" where nobody reads."""
    return (has_request_context() and g.get("locale")) or "none"


def title():
    """A poll's title in the language param("locale"), where it was written in it; else its own."""
    if current.obj.kind == "sqlite":
        path = NodeList((Value("$."), SQL("||"), param("locale"), SQL("||"), Value(".title")))
        said = fn.JSON_EXTRACT(Poll.texts, path)
    else:
        said = fn.JSON_EXTRACT_PATH_TEXT(Poll.texts.cast("json"), param("locale"), "title")
    return fn.COALESCE(fn.NULLIF(said, ""), Poll.title).alias("title")
