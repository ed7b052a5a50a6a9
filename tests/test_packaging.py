"""What people install: the wheel in an empty environment, the lists in setup.cfg, the locks, the licences."""

import configparser
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support import lock, vendor
from tests.support.files import ROOT, tracked

MAPPED = {"portal.plugins": "plugins", "portal.themes": "themes", "portal.translations": "translations"}
NEEDED = ["portal", *MAPPED.values(), "setup.cfg", "pyproject.toml", "README.md", "LICENSE"]
FREE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla Public|ISC|LGPL|Lesser General Public|"
    r"0BSD|Unlicense|Public Domain|CC0|Zope|HPND|PostgreSQL)\b|"
    r"Permission is hereby granted, free of charge|This software is provided 'as-is'", re.IGNORECASE)

config = configparser.ConfigParser()
config.read(ROOT / "setup.cfg", encoding="utf-8")


def lines(section: str, option: str) -> list[str]:
    return [line for line in config[section][option].splitlines() if line.strip()]


def package_of(folder: Path) -> str:
    """The import name of a folder of the checkout."""
    parts = folder.relative_to(ROOT).parts
    return ".".join(parts if parts[0] == "portal" else ("portal", *parts))


def folders_with_code() -> set[str]:
    """Every package below the four folders; migrations are data, read by path."""
    found = {f.parent for top in ("portal", *MAPPED.values()) for f in (ROOT / top).rglob("__init__.py")}
    return {package_of(f) for f in found if "migrations" not in f.parts}


def test_packages_are_those_of_the_folders():
    assert set(lines("options", "packages")) == folders_with_code()
    assert dict(re.split(r"\s*=\s*", line) for line in lines("options", "package_dir")) == MAPPED


def test_every_file_with_code_lies_in_a_package():
    folders = {f.parent for top in ("portal", *MAPPED.values()) for f in (ROOT / top).rglob("*.py")}
    code = {package_of(f) for f in folders if not {"migrations", "__pycache__"} & set(f.parts)}
    assert code == folders_with_code()


def test_built_in_plugins_arrive_by_the_same_door():
    entries = dict(re.split(r"\s*=\s*", line) for line in lines("options.entry_points", "portal.plugins"))
    folders = {f.parent.name for f in (ROOT / "plugins").glob("*/__init__.py")}
    assert entries == {name: f"portal.plugins.{name}" for name in folders}
    for name, module in entries.items():
        assert EntryPoint(name, module, "portal.plugins").load().__name__ == module


def test_the_build_file_holds_the_build_only():
    text = (ROOT / "pyproject.toml").read_text()
    assert re.findall(r"^\[(.+)\]", text, re.MULTILINE) == ["build-system"]


def test_a_second_copy_of_the_plugins_is_refused():
    done = subprocess.run([sys.executable, "-c", "import plugins"], cwd=ROOT, capture_output=True, text=True)
    assert "import portal.plugins" in done.stderr


# --- the wheel

@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of what a wheel is made from, so that no build folder is left in the checkout."""
    copy = tmp_path_factory.mktemp("checkout")
    for file in tracked(*NEEDED):
        place = copy / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, checkout]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(out.glob("*.whl"))


def expected_in_wheel() -> set[str]:
    """All files of the four folders, under the names that they have when installed."""
    places = [f.relative_to(ROOT) for f in tracked("portal", *MAPPED.values())]
    return {(p if p.parts[0] == "portal" else Path("portal") / p).as_posix() for p in places}


def test_wheel_holds_every_file_and_claims_one_name(wheel):
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert names == expected_in_wheel()
    assert {n.split("/")[0] for n in names} == {"portal"}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The wheel in an environment of its own; the libraries are those of this one, laid behind it."""
    return install(wheel, tmp_path_factory.mktemp("wheel") / "venv")


def install(what: Path, place: Path) -> Path:
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "--python", python, "install", *options, what]
    own = sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)})
    (Path(own) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place


def run(place: Path, *command, folder: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PORTAL_"))}
    done = subprocess.run([place / "bin" / command[0], *command[1:]], cwd=folder, env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


WHERE = ("import portal, portal.plugins, portal.themes, portal.translations as t;"
         "print(*(m.__file__ for m in (portal, portal.plugins, portal.themes, t)), sep='\\n')")


def test_wheel_works_from_any_folder(installed, tmp_path):
    assert "community" in run(installed, "portal", "--help", folder=tmp_path)
    where = run(installed, "python", "-c", WHERE, folder=tmp_path).split()
    assert len(where) == 4 and all(Path(w).is_relative_to(installed) for w in where)


def test_wheel_makes_a_database_and_its_plugins(installed, tmp_path):
    run(installed, "portal", "db", "upgrade", folder=tmp_path)
    listed = run(installed, "portal", "plugin", "list", folder=tmp_path)
    assert all(name in listed for name in ("activities", "bulletin"))


def test_folder_installs_as_the_wheel_does(checkout, installed, tmp_path):
    place = install(checkout, tmp_path / "venv")
    assert files_of(place) == files_of(installed)


def files_of(place: Path) -> set[str]:
    library = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    found = (library / "portal").rglob("*")
    return {f.relative_to(library).as_posix() for f in found if "__pycache__" not in f.parts}


# --- locks and licences

def locked(name: str) -> dict[str, str]:
    """Package → exact version of a lock file."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(("file", "extra"), [("requirements.lock", None), ("requirements-test.lock", "test")])
def test_lock_satisfies_the_ranges(file, extra):
    versions = locked(file)
    for text in lock.ranges(extra):
        wanted = Requirement(text)
        assert wanted.specifier, f"{text} has no range"
        assert wanted.specifier.contains(versions[canonical(wanted.name)]), text


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-test.lock"])
def test_lock_has_a_hash_for_everything_and_no_address(file):
    text = (ROOT / file).read_text()
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+( ; .+)? \\\n", entry), entry
        assert "--hash=sha256:" in entry
    assert "://" not in text and "@" not in text


def test_both_locks_agree():
    runs, tests = locked("requirements.lock"), locked("requirements-test.lock")
    assert {name: tests.get(name) for name in runs} == runs


def test_this_environment_is_the_lock():
    """What runs here is what the lock says, where the lock's marker holds for this machine."""
    here = {canonical(d.name): d.version for d in importlib.metadata.distributions()}
    wanted = locked("requirements-test.lock")
    assert {n: v for n, v in wanted.items() if here.get(n, v) != v} == {}


@pytest.mark.parametrize("name", sorted(locked("requirements-test.lock")))
def test_licence_is_free(name):
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return  # for another kind of machine
    assert FREE.search(licence_of(package)), licence_of(package)


def licence_of(package) -> str:
    """What a package says of its licence: in its description, else in its licence file."""
    meta = package.metadata
    said = [meta.get("License-Expression"), (meta.get("License") or "")[:400],
            *(c for c in meta.get_all("Classifier") or () if c.startswith("License"))]
    files = (package.read_text(f"{folder}{name}") for name in meta.get_all("License-File") or ()
             for folder in ("licenses/", ""))
    return "\n".join(filter(None, said)) or " ".join(" ".join(filter(None, files)).split())


def test_sqlite_has_no_corrupting_fault():
    """Where a wheel of pysqlite3 exists it must carry SQLite 3.51.3 or newer."""
    if "pysqlite3" not in {canonical(d.name) for d in importlib.metadata.distributions()}:
        assert not (sys.platform == "linux" and os.uname().machine == "x86_64")
        return
    import pysqlite3

    assert tuple(map(int, pysqlite3.sqlite_version.split("."))) >= (3, 51, 3)


def test_vendored_test_files_are_the_manifests():
    for file in vendor.manifest().values():
        assert file.sound, f"{file.name}: not the file of {file.version}"
        assert FREE.search(file.licence)
