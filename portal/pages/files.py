"""Files that people attach: kept as they came, in a folder that has no address; the page that owns one hands it out."""

import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from flask import Response, abort, send_from_directory

from .pictures import settle, write

N_ = str  # marks a text that is translated where it is shown

LARGEST = 10 * 1024 * 1024
KEPT = "kept"  # folder beside the pictures of a site; `/files/SITE/NAME` cannot reach into it
NAME = re.compile(r"[0-9a-f]{64}\.pdf$")
LONGEST = 120
TOO_LARGE = N_("This file is larger than 10 MB. Choose a smaller one.")
NOT_PDF = N_("This is no PDF file. Save it as PDF and choose that one.")
NOT_WHOLE = N_("The end of this PDF file is missing. Save it anew and choose that one.")


class FileError(Exception):
    """Why a file is refused; the argument is a msgid."""


def checked(data: bytes) -> bytes:
    """These bytes, which are a PDF file; FileError with the reason where they are none."""
    if len(data) > LARGEST:
        raise FileError(TOO_LARGE)
    if not data.startswith(b"%PDF-"):
        raise FileError(NOT_PDF)
    if b"%%EOF" not in data[-1024:]:
        raise FileError(NOT_WHOLE)
    return data


def named(data: bytes) -> str:
    """The name that the content gives a file."""
    return f"{sha256(data).hexdigest()}.pdf"


def keep(data: bytes, folder: Path) -> None:
    """Write a file below the folder of a site, whole or not at all."""
    kept = folder / KEPT
    kept.mkdir(parents=True, exist_ok=True)
    write(kept / named(data), data)
    settle(kept)


def clean_name(name: str | None) -> str:
    """What somebody called a PDF file, in one short line: no folders, no signs that hide or turn round others."""
    last = re.split(r"[/\\]", name or "")[-1]
    line = "".join(c for c in unicodedata.normalize("NFC", last) if c.isspace() or unicodedata.category(c)[0] != "C")
    stem = " ".join(re.sub(r"\.pdf$", "", line, flags=re.I).split()).strip(". ")
    return f"{stem[:LONGEST - 4] or 'file'}.pdf"


def handed_out(folder: Path, name: str, shown: str) -> Response:
    """A kept file to be saved under the name `shown`, never shown inside a page of ours; 404 where there is none."""
    if not NAME.match(name):
        abort(404)
    response = send_from_directory(folder / KEPT, name, mimetype="application/pdf", as_attachment=True,
                                   download_name=shown, max_age=0)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
