"""The pictures of made-up sites: each drawn and packed once, then linked into every folder that shows it."""

import os
import shutil
from pathlib import Path

from ..pages import pictures
from .crafts import CRAFTS
from .scenes import SCENES
from .views import VIEWS, mark

LOGO = 192
DRAWN = SCENES | CRAFTS | VIEWS


class Gallery:
    """Stored pictures below a folder of files, by site."""

    def __init__(self, files: Path):
        self.files = files
        self.stored: dict[str, tuple[Path, str]] = {}

    def picture(self, site_id: int, name: str) -> str:
        """The name of a stored picture of a scene or view; KeyError for one that nobody has drawn."""
        if name not in self.stored:
            folder = self.files / str(site_id)
            drawn = DRAWN[name]()
            self.stored[name] = folder, pictures.store(drawn.png(), folder).name
        folder, file = self.stored[name]
        return self._linked(folder, file, self.files / str(site_id))

    def url(self, site_id: int, name: str) -> str:
        """The address of such a picture."""
        return f"/files/{site_id}/{self.picture(site_id, name)}"

    def logo(self, site_id: int, kind: str, colour: str) -> str:
        """The address of a community's mark in its colour."""
        stored = pictures.store_logo(mark(kind, colour).png(), self.files / str(site_id))
        return f"/files/{site_id}/{pictures.sized(stored.name, LOGO)}"

    def _linked(self, source: Path, file: str, folder: Path) -> str:
        if folder == source:
            return file
        folder.mkdir(parents=True, exist_ok=True)
        for width in pictures.SIZES:
            here = pictures.sized(file, width)
            if not (folder / here).exists():
                _link(source / here, folder / here)
        return file


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
