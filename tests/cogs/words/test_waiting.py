"""Why something isn't in the playlist yet, in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.languages import speaking
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble
from cogs.words.waiting import waiting_words

AT = datetime(2026, 11, 30, 18, tzinfo=UTC)
TOGETHER = WaitingFor(Why.TOGETHER, AT)
WHYS = [
    None,
    *(WaitingFor(why, AT) for why in Why if why is not Why.TROUBLE),
    *(WaitingFor(Why.TROUBLE, trouble=trouble) for trouble in Trouble),
]


@pytest.mark.parametrize(
    ("language", "count", "says"),
    [
        ("en", 1, "it goes in together with others at about"),
        ("en", 17, "they go in together at about"),
        ("de", 1, "kommt es gegen"),
        ("de", 17, "kommen sie gegen"),
    ],
)
def test_together(language: str, count: int, says: str) -> None:
    """What goes in at a set time is said of one track or of several, with the time."""
    with speaking(language):
        words = waiting_words(TOGETHER, count)
    assert f"{says} <t:{int(AT.timestamp())}:t>" in words


@pytest.mark.parametrize("leaving", [False, True])
@pytest.mark.parametrize("waiting", WHYS)
def test_several(waiting: WaitingFor | None, *, leaving: bool) -> None:
    """Whatever several tracks wait for, no sentence speaks of them as of one."""
    words = f" {waiting_words(waiting, 17, leaving=leaving)} "
    for one in ("It's on", "It's next", "it goes", " it yet", "It's removed"):
        assert one not in words
    assert "{" not in words
