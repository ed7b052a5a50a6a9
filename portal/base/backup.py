"""Backups: the database and all files in one archive, made while the portal runs, and verified."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from .copies import (
    Copied,
    CopyError,
    check_sqlite,
    copy_postgres,
    copy_sqlite,
    empty_postgres,
    fill_postgres,
    rows_of,
    sqlite_path,
)

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE = "database.sqlite"
TABLES = "tables/"
FILES = "files/"
NOT_KEPT = {"run"}  # folders of a running server

Say = Callable[[str], None]


class BackupError(Exception):
    """Why a backup cannot be made or restored; the text is the sentence to show."""


def quiet(sentence: str) -> None:
    """Says nothing."""


def backup(settings, target: Path, say: Say = quiet) -> Path:
    """Write a verified backup while the portal runs; returns its path.

    `target` is the archive's name (.tar.gz) or a folder, in which it is named by the time. An unfinished
    archive is never left under that name. Raises BackupError.
    """
    archive = _archive_name(Path(target))
    draft = archive.with_name(f".{archive.name}.draft")
    try:
        with _sentences(), _workroom(archive.parent) as room:
            say("Copying the database")
            copied, members = _copy_database(settings, room)
            members |= {FILES + name: path for name, path in _files(settings)}
            say(f"Writing {len(members)} files")
            _write(draft, members, _facts(settings, copied))
            say("Verifying")
            verify(draft)
            os.replace(draft, archive)
            _settle(archive.parent)
    finally:
        draft.unlink(missing_ok=True)
    return archive


def verify(archive: Path) -> dict:
    """The manifest of an archive in which every file, the database and every row count is right.

    Raises BackupError naming what is wrong."""
    with _sentences(), _workroom(Path(tempfile.gettempdir())) as room:
        return _unpack(Path(archive), room, keep=lambda name: not name.startswith(FILES))


def restore(settings, source: Path, upgrade: Callable[[], object] | None = None, say: Say = quiet) -> dict:
    """Bring a backup back into an empty place: no database (PostgreSQL: no row), no file in the data folder.

    `upgrade` makes the tables on PostgreSQL where there are none. Nothing is touched before the whole archive
    is verified. Returns the manifest; raises BackupError.
    """
    data = Path(settings.data).absolute()
    _refuse_full_place(settings, data)
    data.mkdir(parents=True, exist_ok=True)
    with _sentences(), _workroom(data) as room:
        say("Verifying the backup")
        manifest = _unpack(Path(source), room, keep=lambda name: True)
        if manifest["kind"] != _kind(settings):
            raise BackupError(f"This is a backup of {manifest['kind']}; the settings name {_kind(settings)}.")
        say("Restoring the files")
        with _files_placed(room / FILES, data):
            say("Restoring the database")
            _restore_database(settings, room, manifest, upgrade)
    _settle(data)
    return manifest


def _kind(settings) -> str:
    return "sqlite" if settings.database.startswith("sqlite:") else "postgresql"


def _owner(settings) -> str:
    return getattr(settings, "database_owner", "") or settings.database


def _archive_name(target: Path) -> Path:
    if target.is_dir():
        target = target / time.strftime("xiaowu-%Y%m%d-%H%M%S.tar.gz", time.gmtime())
    if not target.name.endswith((".tar.gz", ".tgz")):
        raise BackupError(f"Name the backup .tar.gz, or name a folder that is there: {target}.")
    if target.exists():
        raise BackupError(f"{target} is there already; a backup never overwrites another.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    return target.absolute()


@contextmanager
def _sentences() -> Iterator[None]:
    """Errors of disks, archives and databases as BackupError."""
    try:
        yield
    except CopyError as error:
        raise BackupError(str(error)) from error
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise BackupError(f"The archive is damaged: {error}.") from error
    except OSError as error:
        raise BackupError(f"{error.filename or 'The archive'}: {error.strerror or error}.") from error


@contextmanager
def _workroom(beside: Path) -> Iterator[Path]:
    room = Path(tempfile.mkdtemp(prefix=".backup-", dir=beside))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _copy_database(settings, room: Path) -> tuple[Copied, dict[str, Path]]:
    if _kind(settings) == "sqlite":
        copied = copy_sqlite(sqlite_path(settings.database), room / SQLITE)
        return copied, {SQLITE: room / SQLITE}
    copied = copy_postgres(_owner(settings), room)
    return copied, {f"{TABLES}{table}.copy": room / f"{table}.copy" for table in copied.columns}


def _files(settings) -> Iterator[tuple[str, Path]]:
    """Everything in the data folder but the database itself, drafts and what belongs to a running server.

    They are read after the database: a file that a row names was written before the row."""
    data = Path(settings.data).absolute()
    database = str(sqlite_path(settings.database)) if _kind(settings) == "sqlite" else None
    for path in sorted(data.rglob("*")) if data.is_dir() else ():
        name = path.relative_to(data)
        hidden = any(part.startswith(".") for part in name.parts) or name.parts[0] in NOT_KEPT
        own = database and str(path) in [database + end for end in ("", "-wal", "-shm", "-journal")]
        if path.is_file() and not path.is_symlink() and not hidden and not own:
            yield name.as_posix(), path


def _facts(settings, copied: Copied) -> dict:
    try:
        release = version("xiaowu")
    except PackageNotFoundError:
        release = "source"
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"format": FORMAT, "made": made, "release": release, "kind": _kind(settings), **copied._asdict()}


def _write(draft: Path, members: dict[str, Path], facts: dict) -> None:
    """The archive with its manifest at the end, on the disk when this returns."""
    sums: dict[str, str] = {}
    with open(draft, "xb") as out:
        os.chmod(draft, 0o600)
        # A file with two names is stored twice: a link in the archive would be refused as a stranger's.
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=5, dereference=True) as tar:
            for name, path in members.items():
                sums[name] = _sum(path)
                tar.add(path, name, recursive=False, filter=_nameless)
            data = json.dumps(facts | {"files": sums}, ensure_ascii=False, indent=1).encode()
            _add_bytes(tar, MANIFEST, data)
        out.flush()
        os.fsync(out.fileno())


def _nameless(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o644
    return info


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    path = tarfile.TarInfo(name)
    path.size, path.mtime = len(data), int(time.time())
    with tempfile.SpooledTemporaryFile() as file:
        file.write(data)
        file.seek(0)
        tar.addfile(path, file)


def _sum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, room: Path, keep: Callable[[str], bool]) -> dict:
    """Unpack what `keep` names and check all of it; the manifest."""
    sums: dict[str, str] = {}
    manifest = None
    with tarfile.open(archive, "r:gz") as tar:
        for info in tar:
            if not info.isfile() or not _safe(info.name) or info.name in sums:
                raise BackupError(f"The archive holds something that does not belong there: {info.name}.")
            if info.name == MANIFEST:
                manifest = json.loads(tar.extractfile(info).read())
            else:
                sums[info.name] = _take(tar, info, room / info.name if keep(info.name) else None)
    if manifest is None or manifest.get("format") != FORMAT:
        raise BackupError(f"{archive} is not a backup that this release can read.")
    if sums != manifest["files"]:
        wrong = min(name for name, _ in sums.items() ^ manifest["files"].items())
        raise BackupError(f"The archive is damaged: {wrong} is not what was stored.")
    _check_rows(room, manifest)
    return manifest


def _safe(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and (
        name in (MANIFEST, SQLITE) or path.parts[0] + "/" in (TABLES, FILES))


def _take(tar: tarfile.TarFile, info: tarfile.TarInfo, target: Path | None) -> str:
    """Write one member to its place, if it has one; its hash."""
    digest, source = hashlib.sha256(), tar.extractfile(info)
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    with open(target or os.devnull, "wb") as out:
        while piece := source.read(1 << 20):
            digest.update(piece)
            out.write(piece)
        if target:
            out.flush()
            os.fsync(out.fileno())
    return digest.hexdigest()


def _check_rows(room: Path, manifest: dict) -> None:
    if manifest["kind"] == "sqlite":
        rows = check_sqlite(room / SQLITE).rows
    else:
        rows = {table: rows_of(room / TABLES / f"{table}.copy") for table in manifest["columns"]}
    if rows != manifest["rows"]:
        raise BackupError("The archive is damaged: its database does not hold the rows that were stored.")


def _refuse_full_place(settings, data: Path) -> None:
    if data.exists() and any(path.name not in NOT_KEPT for path in data.iterdir()):
        raise BackupError(f"{data} is not empty; a backup is restored into an empty place only.")
    if _kind(settings) == "sqlite":
        database = sqlite_path(settings.database)
        if database.exists():
            raise BackupError(f"There is a database at {database}; restore into an empty place.")
        return
    with _sentences():
        if empty_postgres(_owner(settings)) is False:
            raise BackupError("The database holds rows; a backup is restored into an empty place only.")


@contextmanager
def _files_placed(source: Path, data: Path) -> Iterator[None]:
    """The files in their place; taken out again when the database is refused, so that the place is empty as before."""
    names = sorted(path.name for path in source.iterdir()) if source.is_dir() else []
    for name in names:
        os.replace(source / name, data / name)
    try:
        yield
    except BaseException:
        for name in names:
            os.replace(data / name, source / name)
        raise


def _restore_database(settings, room: Path, manifest: dict, upgrade: Callable[[], object] | None) -> None:
    if manifest["kind"] == "sqlite":
        path = sqlite_path(settings.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        _place_sqlite(room / SQLITE, path)
        return
    if empty_postgres(_owner(settings)) is None:
        if upgrade is None:
            raise BackupError("The database has no tables yet: run `portal db upgrade` first.")
        upgrade()
    copied = Copied(**{name: manifest[name] for name in Copied._fields})
    fill_postgres(_owner(settings), room / TABLES, copied)


def _place_sqlite(source: Path, path: Path) -> None:
    """A copy of the file at its place, whole or not at all; that may be on another disk."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        shutil.copyfile(source, draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the names in the folder on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
