"""A short form of every part of the proof in every run of the tests, and the page it writes."""

from __future__ import annotations

import pytest

from tests.mongo_server.server import NoServerError
from tests.proving import report
from tests.proving.parts import PARTS, part


@pytest.mark.real_part
@pytest.mark.parametrize("name", PARTS)
async def test_short(name: str) -> None:
    """The short form of each part finds nothing that wasn't kept."""
    try:
        section = await part(name).prove(short=True)
    except NoServerError as error:
        pytest.skip(str(error))
    assert section.failures == []
    assert section.facts or section.rows


def test_page() -> None:
    """docs/reliability.md is what the results say."""
    assert report.PAGE.read_text("utf-8") == report.page()


def test_failures_shown() -> None:
    """What wasn't kept is in the section, so that nobody overlooks it."""
    section = report.Section("Tried.", ["one try"], ["what"], [["this"]], ["it was lost"])
    assert list(report.lines(section))[-1] == "- it was lost"
