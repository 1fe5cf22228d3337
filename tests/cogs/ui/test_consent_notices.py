"""What whoever runs the bot is told when Spotify refuses many consents at once, and when that is over."""

from __future__ import annotations

import pytest

from bot.stores.notices import Notice, NoticeKind
from cogs.ui.consent_notices import incident_reply
from tests.stores.records import ADA, NOW


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"what": "began", "refused": 5}, "refused 5 links within a minute"),
        ({"what": "accepted", "minutes": 1}, "After 1 minute, Spotify accepts the links again"),
        ({"what": "judged", "minutes": 60}, "After 60 minutes, Spotify still refuses some links"),
    ],
)
def test_incident(facts: dict[str, str | int], words: str) -> None:
    """How many were refused and how long it lasted; and what becomes of the links."""
    notice = Notice("incident", NoticeKind.INCIDENT, NOW, 0, "", member_id=ADA, facts=facts)
    assert words in (incident_reply(notice).content or "")
