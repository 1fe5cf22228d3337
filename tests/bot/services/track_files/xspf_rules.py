"""The rules of XSPF 1 (xspf.org/spec, 4.1), as far as a file we write can break them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

SPACE: Final = "{http://xspf.org/ns/0/}"
URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
ONCE: Final = {"title", "creator", "annotation", "info", "image", "album", "trackNum", "duration"}
OFTEN: Final = {"location", "identifier", "link", "meta", "extension"}
OF_PLAYLIST: Final = {
    "title", "creator", "annotation", "info", "location", "identifier", "image", "date", "license", "attribution",
    "link", "meta", "extension", "trackList",
}  # fmt: skip
ADDRESSES: Final = {"location", "identifier", "info", "image", "license"}


def broken_rules(data: bytes) -> list[str]:
    """What is wrong with the file; nothing: it's valid."""
    return list(_broken(ET.fromstring(data)))  # noqa: S314 - a file of our own


def _broken(root: Element) -> Iterator[str]:
    if root.tag != f"{SPACE}playlist" or root.get("version") != "1" or (root.text or "").strip():
        yield "not a playlist of version 1"
    names = [child.tag.removeprefix(SPACE) for child in root]
    if names.count("trackList") != 1 or not OF_PLAYLIST.issuperset(names):
        yield f"a playlist with {names}"
    for child in root:
        yield from _broken_value(child)
        if child.tag == f"{SPACE}date" and datetime.fromisoformat(child.text or "").tzinfo is None:
            yield "a date without a zone"
    for track in root.iterfind(f"{SPACE}trackList/*"):
        if track.tag != f"{SPACE}track" or (track.text or "").strip() or (track.tail or "").strip():
            yield "something else than tracks"
        inside = [child.tag.removeprefix(SPACE) for child in track]
        if not (ONCE | OFTEN).issuperset(inside):
            yield f"a track with {inside}"
        if any(inside.count(name) > 1 for name in ONCE):
            yield "something twice"
        for child in track:
            yield from _broken_value(child)


def _broken_value(element: Element) -> Iterator[str]:
    name, value = element.tag.removeprefix(SPACE), element.text or ""
    if name in ADDRESSES and not URI.fullmatch(value):
        yield f"{name} is no address: {value!r}"
    if name == "duration" and not value.isdigit():
        yield f"a duration of {value!r}"
    if name in {"meta", "link"} and not URI.fullmatch(element.get("rel") or ""):
        yield "a rel that is no address"
