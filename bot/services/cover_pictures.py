"""A picture as a playlist's cover: any common format in, a JPEG small enough for Spotify out."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import PictureError
from bot.spotify.limits import COVER_BYTES

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000  # a decoded picture has several bytes for each
SIDES: Final = (1_000, 640, 300)  # tried one after another
QUALITIES: Final = (90, 80, 65, 50)
JPEG_BYTES: Final = COVER_BYTES * 3 // 4


def _smaller(opened: Image.Image) -> Image.Image:
    """With what it says about its direction, which the copy of a palette keeps, too."""
    found = opened.convert("RGBA") if opened.mode == "P" else opened
    found.thumbnail((2 * SIDES[0], 2 * SIDES[0]))
    return found


def as_cover(picture: bytes) -> bytes:
    """Upright, square from the middle, without the camera's notes. Raises PictureError."""
    if len(picture) > MOST_BYTES:
        raise PictureError(too_large=True)
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureError(too_large=True)
            upright = ImageOps.exif_transpose(_smaller(opened)).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as broken:
        raise PictureError from broken
    flat = Image.new("RGB", upright.size, "white")  # where it is see-through
    flat.paste(upright, mask=upright.getchannel("A"))
    for side in SIDES:
        least = min(side, *flat.size)
        square = ImageOps.fit(flat, (least, least))
        for quality in QUALITIES:
            written = io.BytesIO()
            square.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= JPEG_BYTES:
                return written.getvalue()
    raise PictureError(too_large=True)
