"""A short form of every part of the proof in every run of the tests, and the page it writes."""

from __future__ import annotations

import re

import pytest

from tests.mongo_server.server import NoServerError
from tests.proving import faults, report
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


def test_readable() -> None:
    """Who and where is shown as a word: Discord's ids say nothing outside it."""
    said = "**[Our Tape](https://open.spotify.com/x)**: <@12> added it <t:1:R> in <#13>. See </shared pending:14>."
    assert faults.first(said) == "**[Our Tape]**: ⟨member⟩ added it ⟨time⟩ in ⟨channel⟩. See /shared pending."
    assert not re.search(r"<[@#t/]", report.page())
