"""`portal plugin new`: writes a plugin of one's own, as a package that can be installed, with a passing test."""

import importlib.metadata
import keyword
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from string import Template

from babel.messages.catalog import Catalog
from flask import Flask

from .app import taken_by
from .face import Refused, check_name
from .hooks import GROUP
from .house import CORE_MODELS
from .pages import catalogs
from .root import root
from .views import blueprints

# Where each file of `starter/` goes.
PLACES = {
    "project.txt": "pyproject.toml", "module.txt": "$name/__init__.py", "readme.txt": "$name/README.md",
    "template.txt": "$name/templates/$name/index.html", "migration.txt": "$name/migrations/0001_initial.py",
    "test.txt": "tests/test_$name.py",
}
CHINESE = {
    "A line for the page": ("写一句话", "寫一句話"),
    "Add it": ("加上去", "加上去"),
    "No lines yet": ("还没有内容", "未有內容"),
    "Staff of your community write them here.": (
        "社区有话要说，会写在这里。", "社區有話要說，會寫在這裏。"),
    "Staff write short lines that everybody can read.": (
        "社区写几句话，大家都能看到。", "社區寫幾句話，所有人都看得到。"),
    "Write lines": ("写几句话", "撰寫短句"),
}


def write(name: str, into: Path) -> Path:
    """Write the plugin NAME into a new folder of `into`; returns that folder.

    Raises ValueError with a sentence when the name is none, when it is taken, or when the folder is there already.
    """
    _refuse(name)
    project = into / name
    if project.exists():
        raise ValueError(f"There is a {project} already; nothing was written.")
    title = name.replace("_", " ").capitalize()
    for source, place in PLACES.items():
        text = (resources.files("portal") / "starter" / source).read_text("utf-8")
        file = project / Template(place).substitute(name=name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(text).substitute(name=name, title=title), "utf-8")
    _translate(project / name, CHINESE | {title: (title, title)})
    return project


def _refuse(name: str) -> None:
    try:
        check_name(name)
    except Refused as e:
        raise ValueError(f"{e}: small letters, digits and _, and no word of the portal's own.") from None
    installed = {entry.name for entry in importlib.metadata.entry_points(group=GROUP)}
    if name in installed | _of_the_core() or keyword.iskeyword(name) or find_spec(name) is not None:
        raise ValueError(f"The name {name} is taken.")


def _of_the_core() -> set[str]:
    bare = Flask("portal", static_folder=None)
    for blueprint in (root, *blueprints()):
        bare.register_blueprint(blueprint)
    return taken_by(bare) | {model._meta.table_name for model in CORE_MODELS}


def _translate(folder: Path, chinese: dict[str, tuple[str, str]]) -> None:
    """The catalogs of what the plugin says and the portal's own catalogs do not hold."""
    target = catalogs.Target(folder.name, (folder,), folder / "translations")
    texts = catalogs.wanted(target)
    target.folder.mkdir()
    for number, locale in enumerate(catalogs.TRANSLATED):
        known = Catalog(locale=locale)
        for msgid, both in chinese.items():
            known.add(msgid, both[number])
        (target.folder / f"{locale}.po").write_text(catalogs.po_text(locale, texts, known), "utf-8")
