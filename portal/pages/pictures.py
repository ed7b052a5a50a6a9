"""Pictures that people upload: read with suspicion, made anew in a few sizes, stored under their contents."""

import hashlib
import os
import secrets
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageCms, ImageOps

LARGEST = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
NARROWEST = 8  # one side may be this many times the other
SIZES = (640, 1280)
LOGO_SIZES = (192, 512)
FORMATS = ("JPEG", "PNG", "WEBP")
N_ = str  # marks a text that is translated where it is shown

TOO_LARGE = N_("This picture is larger than 5 MB. Choose a smaller one.")
TOO_MANY_PIXELS = N_("This picture has more than 40 million pixels. Choose a smaller one.")
NOT_A_PICTURE = N_("This file cannot be read as a picture. Choose a JPEG, PNG or WebP file.")
TOO_NARROW = N_("This picture is too long and narrow. Cut it first.")

_one_at_a_time = Lock()  # a large picture takes 160 MB while it is open


class PictureError(Exception):
    """Why a picture is refused; the argument is a msgid."""


class Picture(NamedTuple):
    """A stored picture: the name and the size of its largest file."""

    name: str
    width: int
    height: int


class Made(NamedTuple):
    """A picture made anew, not yet stored: what it will be called, and each file by its name."""

    name: str
    width: int
    height: int
    files: dict[str, bytes]

    def keep(self, folder: Path) -> Picture:
        """Write all files, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            write(folder / name, data)
        settle(folder)
        return Picture(self.name, self.width, self.height)


def store(source: BinaryIO | bytes, folder: Path, sizes: Sequence[int] = SIZES) -> Picture:
    """Store an uploaded picture in the folder as WebP, once for each width that it reaches.

    Raises PictureError and stores nothing when it is too large or no JPEG, PNG or WebP. What the camera
    wrote into the file (place, time, owner) is left out; the right side is up.
    """
    return made(source, sizes).keep(folder)


def made(source: BinaryIO | bytes, sizes: Sequence[int] = SIZES) -> Made:
    """The same as `store`, but nothing is written before `keep` is called."""
    with _one_at_a_time, _opened(source, largest=max(sizes)) as image:
        image = _upright(image, ("RGB", "RGBA"))
        widths = widths_of(image.width, sizes)
        files = {width: _webp(_resized(image, width)) for width in widths}
        height = round(image.height * widths[-1] / image.width)
    return _named(files, "webp", widths[-1], max(1, height))


def store_logo(source: BinaryIO | bytes, folder: Path, sizes: Sequence[int] = LOGO_SIZES) -> Picture:
    """Store an uploaded logo as square PNGs of all sizes, transparent where it was and at the edges."""
    with _one_at_a_time, _opened(source, largest=max(sizes)) as image:
        image = _upright(image, ("RGBA",))
        files = {size: _png(ImageOps.pad(image, (size, size), color=(0, 0, 0, 0))) for size in sizes}
    return _named(files, "png", max(sizes), max(sizes)).keep(folder)


def widths_of(width: int, sizes: Sequence[int] = SIZES) -> list[int]:
    """The widths that a picture of this width is stored in."""
    return [size for size in sizes if size < width] + ([width] if width <= max(sizes) else [])


def srcset(base: str, name: str, sizes: Sequence[int] = SIZES) -> str:
    """The `srcset` of a stored picture below the address `base`, which ends with a slash."""
    stem, _, ending = name.rpartition(".")
    digest, _, width = stem.rpartition("-")
    if not width.isdigit():
        return ""
    return ", ".join(f"{base}{digest}-{each}.{ending} {each}w" for each in widths_of(int(width), sizes))


def sized(name: str, size: int) -> str:
    """The name of the same stored picture in another of its sizes, such as a logo's 192."""
    stem, _, ending = name.rpartition(".")
    return f"{stem.rpartition('-')[0]}-{size}.{ending}"


def _opened(source: BinaryIO | bytes, largest: int) -> Image.Image:
    data = source if isinstance(source, bytes) else source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise PictureError(TOO_LARGE)
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        _refuse_by_size(image)
        image.draft("RGB", (largest * 2, largest * 2))
        image.load()
    except Image.DecompressionBombError:
        raise PictureError(TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError):
        raise PictureError(NOT_A_PICTURE) from None
    return image


def _refuse_by_size(image: Image.Image) -> None:
    """Refuse by what the file's head says, before anything is unpacked."""
    if image.width * image.height > MOST_PIXELS:
        raise PictureError(TOO_MANY_PIXELS)
    if max(image.size) > NARROWEST * min(image.size):
        raise PictureError(TOO_NARROW)


def _upright(image: Image.Image, modes: Sequence[str]) -> Image.Image:
    """The picture the right side up, in the colours of screens, in one of the modes, without its notes."""
    image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        image = _screen_colours(image, profile)
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    image = image.convert(modes[-1] if see_through else modes[0])
    image.info = {}
    return image


def _screen_colours(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, BytesIO(profile), screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _resized(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _named(files: dict[int, bytes], ending: str, width: int, height: int) -> Made:
    """The files by the names that their contents give them."""
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:20]
    named = {f"{digest}-{each}.{ending}": data for each, data in files.items()}
    return Made(f"{digest}-{max(files)}.{ending}", width, height, named)


def write(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all; one that is there stays."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Have the names in the folder on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
