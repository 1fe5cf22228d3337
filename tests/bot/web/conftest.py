"""A site for each test, behind its public https name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.web.site import open_site
from tests.browser import browser as browser  # noqa: PLC0414 - a fixture for the tests of this folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.bot.web.site import Site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened
