"""Pictures become covers Spotify takes; what can't is refused."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from bot.errors import PictureError
from bot.services.cover_pictures import JPEG_BYTES, as_cover


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_formats(kind: str) -> None:
    """Every common format becomes a square JPEG."""
    cover = as_cover(written(Image.new("RGB", (300, 200), "red"), kind))
    with Image.open(io.BytesIO(cover)) as made:
        assert (made.format, made.size, made.mode) == ("JPEG", (200, 200), "RGB")


def test_small_enough() -> None:
    """However busy the picture, it fits into what Spotify takes after base64."""
    noise = Image.frombytes("RGB", (1500, 1500), random.Random(1).randbytes(3 * 1500 * 1500))  # noqa: S311 - a test
    assert len(as_cover(written(noise, "PNG"))) <= JPEG_BYTES


def test_upright() -> None:
    """A picture taken with the camera on its side stands upright, and the camera's notes are gone."""
    picture = Image.new("RGB", (200, 200), "white")
    picture.paste("black", (0, 0, 200, 100))
    notes = Image.Exif()
    notes[0x0112] = 6  # to be turned clockwise
    with Image.open(io.BytesIO(as_cover(written(picture, "JPEG", exif=notes)))) as made:
        left, right = made.getpixel((10, 100)), made.getpixel((190, 100))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert left[0] > right[0]
        assert not made.getexif()


def test_see_through() -> None:
    """What is see-through becomes white."""
    with Image.open(io.BytesIO(as_cover(written(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")))) as made:
        assert made.getpixel((5, 5)) == (255, 255, 255)


def test_refused() -> None:
    """What is no picture, or only the beginning of one, is refused; so is one that would fill the memory."""
    for data in (b"", b"<svg/>", b"GIF89a", written(Image.new("RGB", (300, 200), "red"), "PNG")[:100]):
        with pytest.raises(PictureError) as broken:
            as_cover(data)
        assert not broken.value.too_large
    bomb = written(Image.new("1", (9_000, 9_000)), "PNG")
    with pytest.raises(PictureError) as huge:
        as_cover(bomb)
    assert huge.value.too_large
