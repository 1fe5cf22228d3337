"""`description` for every test that wants Spotify's own description of the Web API."""

from __future__ import annotations

import pytest

from tests.spotify_description.description import SETTING, Description, file_of_description


@pytest.fixture(scope="session")
def description() -> Description:
    """Answers as they may come, for apps in development mode."""
    return described()


@pytest.fixture(scope="session")
def extended_description() -> Description:
    """Answers as they may come, for apps with extended quota."""
    return described(extended=True)


def described(*, extended: bool = False, strict: bool = False) -> Description:
    file = file_of_description()
    if file is None:
        pytest.skip(f"{SETTING} does not name Spotify's OpenAPI description")
    return Description(file, extended=extended, strict=strict)
