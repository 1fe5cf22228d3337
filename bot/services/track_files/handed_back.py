"""The lines of a list that were not matched, in the format they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape  # escaping only, which parses nothing

from bot.services.export_files import CsvFiles, ExportFile
from bot.services.track_files.lines import Kind
from bot.services.track_files.written import NAMESPACE, NOT_XML

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.track_files.lines import Line


def handed_back(kind: Kind, head: Sequence[str], lines: Sequence[Line]) -> ExportFile:
    """head: the names of a table's columns."""
    name = f"not-matched.{kind.value}"
    match kind:
        case Kind.CSV:
            return ExportFile(name, _table(head, lines))
        case Kind.JSPF:
            tracks = ",\n".join(line.raw[0] for line in lines)
            text = f'{{"playlist":{{"track":[\n{tracks}\n]}}}}\n'
        case Kind.XSPF:
            tracks = "\n".join(_track(line.raw) for line in lines)
            text = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<playlist version="1" xmlns="{NAMESPACE}">\n<trackList>\n{tracks}\n</trackList>\n</playlist>\n'
            )
        case Kind.M3U8:
            text = "#EXTM3U\n" + "".join(f"{part}\n" for line in lines for part in line.raw)
        case Kind.TEXT:
            text = "".join(f"{part}\n" for line in lines for part in line.raw)
    return ExportFile(name, text.encode(errors="replace"))


def _table(head: Sequence[str], lines: Sequence[Line]) -> bytes:
    made = CsvFiles(10_000_000)
    with made.table("t"):
        made.write_cells([*([head] if head else []), *(line.raw for line in lines)])
    return made.finish("t")[0].data


def _track(raw: Sequence[str]) -> str:
    parts = zip(raw[::2], raw[1::2], strict=True)
    inside = "".join(f"<{name}>{escape(NOT_XML.sub('', text))}</{name}>" for name, text in parts)
    return f"<track>{inside}</track>"
