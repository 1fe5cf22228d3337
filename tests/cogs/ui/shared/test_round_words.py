"""What is said of rounds."""

from __future__ import annotations

import pytest

from bot.services.shared.core.rotation_progress import Kind
from bot.services.shared.rounds.rotation_saga import RoundOutcome
from cogs.ui.shared.round_words import outcome_reply
from tests.cogs.samples import TRACK_ID
from tests.shared_records import a_list


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (0, "has begun. Nothing had to move to the archive."),
        (1, "1 track moved to the archive and leaves the list"),
        (2, "2 tracks moved to the archive and leave the list"),
    ],
)
def test_how_many_left(moved: int, words: str) -> None:
    """One leaves, several leave; where nothing was in, nothing is said to leave."""
    done = RoundOutcome(a_list(TRACK_ID, owner_id=7, account_id="a"), Kind.ARCHIVE, moved)
    assert words in (outcome_reply(done, {}).content or "")
