"""What is said of rounds."""

from __future__ import annotations

import pytest

from bot.services.shared.core.rotation_progress import Kind
from bot.services.shared.rounds.rotation_saga import RoundOutcome
from bot.services.shared.rounds.rounds import RoundPreview
from cogs.ui.shared.round_words import outcome_reply, preview_reply
from tests.cogs.hostile import components
from tests.cogs.samples import TRACK_ID
from tests.shared_records import a_list


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (0, "has started. There was nothing to move to the archive."),
        (1, "1 track moved to the archive."),
        (2, "2 tracks moved to the archive."),
    ],
)
def test_how_many_left(moved: int, words: str) -> None:
    """What moved is counted; where nothing was in, nothing is said to move."""
    done = RoundOutcome(a_list(TRACK_ID, owner_id=7, account_id="a"), Kind.ARCHIVE, moved)
    assert words in (outcome_reply(done, {}).content or "")


def test_cancel() -> None:
    """The question whether to end a round can be answered with no."""
    shared = a_list(TRACK_ID, owner_id=7, account_id="a")
    made = preview_reply(RoundPreview(shared, Kind.ARCHIVE, 3, None))
    assert [part["label"] for part in components(made)] == ["End the round", "Cancel"]
