"""Pictures of items that come in a ZIP file: found by their names, stored as all pictures are."""

import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from portal import PictureError, keep_picture

from .reading import Problem, SheetError

LARGEST = 200_000_000  # bytes of the ZIP file
ONE = 5 * 1024 * 1024  # bytes of a picture
MOST = 10_000
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
N_ = str  # marks a text that is translated where it is shown


def stored(source: bytes | Path, site_id: int, say: Callable[[int, int], None] = lambda n, of: None,
           dry: bool = False) -> dict[str, str]:
    """{file name in small letters: name of the stored picture}. Raises SheetError, which names the first bad one.

    Files that are no pictures by their names are passed over; so are the shadows that some programs pack beside them.
    Folders do not count: a name that stands in two of them could mean either. `dry`: all is checked, nothing stored.
    """
    try:
        with ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as book:
            wanted = [info for info in book.infolist() if _is_picture(info)]
            if len(wanted) > MOST:
                raise _wrong(N_("There are more than %(n)s pictures in the ZIP file."), n=MOST)
            _once(wanted)
            found = {}
            for n, info in enumerate(wanted, 1):
                found[_name(info)] = _store(book, info, site_id, dry)
                say(n, len(wanted))
            return found
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise _wrong(N_("The pictures are not in a ZIP file that can be read.")) from None


def _is_picture(info: ZipInfo) -> bool:
    name = info.filename
    return name.casefold().endswith(ENDINGS) and "__MACOSX" not in name and not Path(name).name.startswith("._")


def _once(wanted: Iterable[ZipInfo]) -> None:
    """Refuse two pictures of one name."""
    found: dict[str, str] = {}
    for info in wanted:
        name, path = _name(info), _path(info)
        if name in found:
            raise _wrong(N_("Two pictures in the ZIP file have the same name: “%(one)s” and “%(two)s”."),
                         one=found[name][:120], two=path[:120])
        found[name] = path


def _name(info: ZipInfo) -> str:
    """The file's own name, in small letters."""
    return _path(info).rpartition("/")[2].casefold()


def _path(info: ZipInfo) -> str:
    """The file's name with its folders; those that Windows packs in Chinese are not marked as UTF-8."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _store(book: ZipFile, info: ZipInfo, site_id: int, dry: bool) -> str:
    """A picture of the ZIP file, unpacked no further than a picture may be large."""
    with book.open(info) as packed:
        data = packed.read(ONE + 1)
    try:
        return keep_picture(data, site_id, dry)
    except PictureError as e:
        raise SheetError(Problem(0, _name(info)[:60], str(e))) from None


def _wrong(reason: str, **values: object) -> SheetError:
    return SheetError(Problem(0, "", reason, values))
