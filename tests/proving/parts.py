"""The parts of the proof, in the order of the page: a module each, with a title and what it does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from tests.proving.report import Section


class Part(Protocol):
    """short: a small form that is over within seconds, for `make test`."""

    TITLE: str

    async def prove(self, *, short: bool) -> Section: ...


PARTS: Final = {
    "kills": "tests.proving.kills",
    "linking": "tests.proving.linking",
    "faults": "tests.proving.faults",
    "processes": "tests.proving.processes",
    "gateway": "tests.proving.gateway",
    "load": "tests.proving.load",
    "day": "tests.proving.day",
    "fuzzing": "tests.proving.fuzzing",
    "clock": "tests.proving.clock",
    "disk": "tests.proving.disk",
    "secrets": "tests.proving.secret_scan",
    "supply": "tests.proving.supply",
}


def part(name: str) -> Part:
    return cast("Part", import_module(PARTS[name]))
