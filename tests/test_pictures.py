"""Uploaded pictures: made anew, without what the camera wrote, or refused with nothing stored."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from portal.pages import pictures
from portal.pages.pictures import PictureError, sized, srcset, store, store_logo


def photo(width=2000, height=1500, kind="JPEG", mode="RGB", **how):
    out = BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    image.save(out, kind, **how)
    return out.getvalue()


def opened(path):
    with Image.open(path) as image:
        image.load()
        return image


def exif(orientation=6):
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "SecretCamera"
    notes.get_ifd(0x8825)[2] = (23.0, 1.0, 2.0)
    return notes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_stored_in_its_sizes(tmp_path, kind):
    picture = store(BytesIO(photo(kind=kind)), tmp_path)
    assert (picture.width, picture.height) == (1280, 960)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert len(names) == 2 and picture.name in names and all(name.endswith(".webp") for name in names)
    assert {opened(tmp_path / name).width for name in names} == {640, 1280}


def test_the_name_is_that_of_the_contents(tmp_path):
    assert store(photo(), tmp_path) == store(photo(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert store(photo(2000, 1400), tmp_path).name != store(photo(), tmp_path).name


def test_a_small_picture_is_not_blown_up(tmp_path):
    assert store(photo(900, 600), tmp_path)[1:] == (900, 600)
    assert store(photo(300, 200), tmp_path)[1:] == (300, 200)
    assert len(list(tmp_path.iterdir())) == 3


def test_place_and_camera_are_left_out_and_the_right_side_is_up(tmp_path):
    data = photo(800, 400, exif=exif(), comment=b"by SecretOwner")
    assert b"SecretCamera" in data
    picture = store(data, tmp_path)
    assert (picture.width, picture.height) == (400, 800)
    for file in tmp_path.iterdir():
        assert b"Secret" not in file.read_bytes() and not opened(file).getexif()


def test_other_colours_become_those_of_screens(tmp_path):
    for mode in ("CMYK", "L", "P", "LA", "1", "I;16"):
        picture = store(photo(100, 80, "JPEG" if mode == "CMYK" else "PNG", mode), tmp_path)
        assert opened(tmp_path / picture.name).mode in ("RGB", "RGBA")


def test_a_logo_is_square_and_keeps_its_holes(tmp_path):
    picture = store_logo(photo(300, 100, "PNG", "LA"), tmp_path)
    assert picture[1:] == (512, 512)
    small = opened(tmp_path / sized(picture.name, 192))
    assert small.size == (192, 192) and small.mode == "RGBA" and small.getpixel((0, 0))[3] == 0


def png_head(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    data = zlib.compress(b"\0" * 1000)
    return (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
            + struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data)))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("data, reason", [
    (b"", pictures.NOT_A_PICTURE), (b"not a picture" * 50, pictures.NOT_A_PICTURE),
    (SVG, pictures.NOT_A_PICTURE), (photo()[:3000], pictures.NOT_A_PICTURE),
    (photo(50, 50, "GIF", "P"), pictures.NOT_A_PICTURE),
    (photo(50, 50, "TIFF"), pictures.NOT_A_PICTURE), (png_head(100, 100), pictures.NOT_A_PICTURE),
    (b"\xff" * (5 * 1024 * 1024 + 1), pictures.TOO_LARGE), (png_head(7000, 7000), pictures.TOO_MANY_PIXELS),
    (png_head(60_000, 60_000), pictures.TOO_MANY_PIXELS), (photo(4000, 100), pictures.TOO_NARROW)])
def test_refused_and_nothing_stored(tmp_path, data, reason):
    for keep in (store, store_logo):
        with pytest.raises(PictureError) as refusal:
            keep(BytesIO(data), tmp_path)
        assert refusal.value.args[0] == reason
    assert not list(tmp_path.iterdir())


def test_a_bomb_in_the_notes_is_refused(tmp_path):
    text = zlib.compress(b"a" * 80_000_000)
    chunk = b"zTXt" + b"Comment\0\0" + text
    good = photo(50, 50, "PNG")
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    bomb = good[:33] + chunk + good[33:]
    try:
        store(bomb, tmp_path)
    except PictureError:
        assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_file(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(pictures.os, "fsync", full)
    with pytest.raises(OSError):
        store(photo(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_srcset(tmp_path):
    assert srcset("/f/", "ab12-1280.webp") == "/f/ab12-640.webp 640w, /f/ab12-1280.webp 1280w"
    assert srcset("/files/a/", "ab12-300.webp") == "/files/a/ab12-300.webp 300w"
    assert srcset("/files/a/", "other.webp") == ""
    name = store(photo(900, 600), tmp_path).name
    for part in srcset("", name).split(", "):
        assert (tmp_path / part.split()[0]).is_file()
