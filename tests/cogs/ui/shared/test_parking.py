"""What curators are told of parked tracks: true in number, and harmless whatever a playlist is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.outbox.dead_letters import Looked, Parked
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.stores.lists import Trouble
from cogs.ui.reply import Reply
from cogs.ui.shared.parking import GIVEN_UP, SENT_AGAIN, looked_words, parked_reply
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits, skeleton
from tests.shared_records import a_list

if TYPE_CHECKING:
    from bot.languages import Text

PAUSED = WaitingFor(Why.PAUSED)


def told(name: str) -> list[Reply]:
    shared = a_list("playlist", owner_id=1, account_id="account", name=name)
    looked = Looked(found=2, missing=1)
    return [
        parked_reply(Parked(shared, 3, (1,))),
        Reply(looked_words(shared, looked, SENT_AGAIN, None)),
        Reply(looked_words(shared, looked, GIVEN_UP, PAUSED)),
        Reply(looked_words(shared, Looked(), GIVEN_UP, None)),
    ]


async def test_names() -> None:
    """A list's name adds nothing Discord acts upon, and bursts no limit."""
    harmless = [skeleton(text) for reply in told("x") for text in markdown_texts(reply)]
    for name in HOSTILE:
        texts = [text for reply in told(name) for text in markdown_texts(reply)]
        assert [found for text in texts for found in harms(text)] == [], name
        assert [skeleton(text) for text in texts] == harmless, name
        assert [found for reply in told(name) for found in over_limits(reply)] == [], name


@pytest.mark.parametrize(
    ("looked", "missing", "waiting", "says", "says_not"),
    [
        (Looked(), SENT_AGAIN, PAUSED, "Nothing left to check", "paused"),
        (Looked(found=1), SENT_AGAIN, None, "after all: 1 track", "again first"),
        (
            Looked(missing=1_200),
            SENT_AGAIN,
            None,
            "1,200 tracks. I'm sending that again first",
            "after all",
        ),
        (Looked(missing=2), SENT_AGAIN, PAUSED, "once a manager resumes it", "given up"),
        (
            Looked(missing=2),
            GIVEN_UP,
            WaitingFor(Why.CHECKING),
            "2 tracks. You can add that again",
            "confirmed",
        ),
        (
            Looked(missing=2),
            SENT_AGAIN,
            WaitingFor(Why.TROUBLE, trouble=Trouble.CONSENT_ENDED),
            "once they link again",
            "after all",
        ),
    ],
)
def test_outcomes(
    looked: Looked, missing: Text, waiting: WaitingFor | None, says: str, says_not: str
) -> None:
    """What was found, what becomes of the rest, and what that waits for."""
    shared = a_list("playlist", owner_id=1, account_id="account")
    words = looked_words(shared, looked, missing, waiting)
    assert says in words
    assert says_not not in words
