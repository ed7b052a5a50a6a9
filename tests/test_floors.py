"""Every import goes down: a file imports from its own floor or from one below it, and never in a circle."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {"portal.plugins": ROOT / "plugins", "portal.themes": ROOT / "themes",
           "portal.translations": ROOT / "translations", "portal": ROOT / "portal"}
FLOORS = {
    "portal.base": 1,
    "portal.people": 2, "portal.hookspecs": 2, "portal.hooks": 2, "portal.face": 2, "portal.offers": 2,
    "portal.pages": 3,
    "portal.views": 4,
}
TOP = 5  # app, cli, server, testing and whatever else lies beside them
PUBLIC = "portal"


class Import(NamedTuple):
    """One imported module, and the name taken from it ("" for the module itself)."""

    module: str
    name: str
    at_start: bool
    line: int

    @property
    def whole(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


def module_name(file: Path) -> str:
    """`portal.base.settings` for portal/base/settings.py, whatever folder the package is mapped to."""
    package, folder = next((p, f) for p, f in FOLDERS.items() if file.is_relative_to(f))
    parts = [package, *file.relative_to(folder).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_files() -> dict[str, Path]:
    files = [f for folder in FOLDERS.values() for f in sorted(folder.rglob("*.py"))]
    return {module_name(f): f for f in files if "migrations" not in f.parts}


MODULES = source_files()


def imports(module: str, tree: ast.Module, is_package: bool) -> Iterator[Import]:
    """All imports of a file of ours; those inside functions and for types only are not `at_start`."""
    late = {id(n) for node in ast.walk(tree) if _is_late(node) for n in ast.walk(node)}
    for node in ast.walk(tree):
        start = id(node) not in late
        if isinstance(node, ast.Import):
            yield from (Import(a.name, "", start, node.lineno) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node, is_package)
            yield from (Import(source, a.name, start, node.lineno) for a in node.names)


def _is_late(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _absolute(module: str, node: ast.ImportFrom, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    base = parts[:len(parts) - node.level + is_package]
    return ".".join([*base, node.module] if node.module else base)


def read(module: str) -> list[Import]:
    file = MODULES[module]
    tree = ast.parse(file.read_text("utf-8"), str(file))
    return [i for i in imports(module, tree, file.name == "__init__.py") if _is_ours(i)]


def _is_ours(found: Import) -> bool:
    return found.module.split(".")[0] in (PUBLIC, "plugins", "themes", "translations", "tests")


def target(found: Import) -> str:
    """The module that is really reached: `from portal import base` reaches portal.base."""
    return found.whole if found.whole in MODULES else found.module


def floor(module: str) -> int:
    return next((n for prefix, n in FLOORS.items() if (module + ".").startswith(prefix + ".")), TOP)


def plugin_of(module: str) -> str:
    """The plugin that a module belongs to, or ""."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["portal", "plugins"] and len(parts) > 2 else ""


def wrong_in_core(module: str) -> Iterator[str]:
    for found in read(module):
        there = target(found)
        if found.module.split(".")[0] != PUBLIC or there.startswith("portal.plugins"):
            yield f"line {found.line}: the core names {found.whole}"
        elif there == PUBLIC and module != PUBLIC:
            yield f"line {found.line}: takes {found.name} from what is published, not from where it lives"
        elif floor(there) > floor(module):
            yield f"line {found.line}: from floor {floor(module)} up to {there} on floor {floor(there)}"


def wrong_in_plugin(module: str) -> Iterator[str]:
    mine = plugin_of(module)
    for found in read(module):
        if target(found) != PUBLIC and plugin_of(target(found)) != mine:
            yield f"line {found.line}: a plugin may use what `portal` publishes, not {found.whole}"


@pytest.mark.parametrize("module", sorted(m for m in MODULES if not plugin_of(m)))
def test_core_imports_downward_only(module):
    assert list(wrong_in_core(module)) == []


@pytest.mark.parametrize("module", sorted(m for m in MODULES if plugin_of(m)))
def test_plugins_use_what_is_published_only(module):
    assert list(wrong_in_plugin(module)) == []


def test_no_circle_of_imports():
    arrows = {m: {target(i) for i in read(m) if i.at_start and target(i) in MODULES} - {m} for m in MODULES}
    assert circle(arrows) == []


def test_no_circle_of_a_plugins_folders():
    arrows: dict[str, set[str]] = {}
    for module in (m for m in MODULES if plugin_of(m)):
        arrows.setdefault(folder_of(module), set()).update(folder_of(target(i)) for i in read(module))
    ways = {folder: there & arrows.keys() - {folder, ""} for folder, there in arrows.items() if folder}
    assert circle(ways) == [] and "activities.places" in ways["activities.desk"]


def folder_of(module: str) -> str:
    """`activities.desk` for portal.plugins.activities.desk.door; "" for what lies at a plugin's top or elsewhere."""
    parts = module.split(".")[2:] if plugin_of(module) else []
    whole = MODULES.get(module)
    return ".".join(parts[:2]) if len(parts) > 2 or whole and whole.name == "__init__.py" and len(parts) == 2 else ""


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """One circle of modules, or an empty list."""
    done: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module):] + [module]
        if module in done:
            return []
        for there in sorted(arrows.get(module, ())):
            if found := follow(there, [*path, module]):
                return found
        done.add(module)
        return []
    return next((found for m in sorted(arrows) if (found := follow(m, []))), [])


def test_a_wrong_arrow_would_be_seen():
    source = "from ..pages import forms\nfrom portal.views.front import x\nfrom portal.base import sites"
    tree = ast.parse(source)
    found = list(imports("portal.people.roles", tree, False))
    assert [i.module for i in found] == ["portal.pages", "portal.views.front", "portal.base"]
    assert [floor(i.whole) for i in found] == [3, 4, 1]
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_themes_and_catalogs_hold_no_code():
    held = [m for m in MODULES if m.startswith(("portal.themes.", "portal.translations."))]
    assert held == []
