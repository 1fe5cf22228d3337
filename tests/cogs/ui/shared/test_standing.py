"""/shared list: what each playlist is, what holds it up and how to go on, inside Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.lifecycle.overview import HeldUp, ListSummary
from bot.stores.lists import ListStatus, Trouble
from cogs.ui.shared.standing import MOST_BESIDE, lists_reply
from cogs.words.held_up import needs_link, you_need_link
from tests.cogs.hostile import components, markdown_texts, over_limits
from tests.cogs.samples import NOW, fake_bot
from tests.shared_records import a_list

if TYPE_CHECKING:
    from cogs.ui.reply import Reply

SHARED = a_list("p" * 22, owner_id=1, account_id="a")
WIDE = ("x" * 300, "_" * 300, "👩\u200d👩\u200d👧\u200d👦" * 60, "文" * 300)  # also when made harmless


def summary(number: int, name: str = "Friday Mix", **changes: object) -> ListSummary:
    shared = replace(SHARED, list_id=f"list{number:04}", name=name, **changes)  # type: ignore[arg-type] # its fields
    return ListSummary(shared, 2, 3, None)


def shown(*summaries: ListSummary, manages: bool = True) -> Reply:
    return lists_reply(fake_bot(), summaries, "list0001", asks=True, manages=manages)


def test_summary() -> None:
    """One line says how many playlists there are and what is pending in all of them."""
    text = "\n".join(markdown_texts(shown(summary(1), summary(2))))
    assert "### Shared playlists\n-# Spotify · 2 playlists · 4 pending · 6 on the way" in text
    assert text.count("· default") == 1


@pytest.mark.parametrize("trouble", [Trouble.CONSENT_ENDED, Trouble.OWNER_UNLINKED])
def test_consent_ended(trouble: Trouble) -> None:
    """An ended consent is shown with who has to link again and how many tracks wait for it; the rest stays."""
    text = "\n".join(markdown_texts(shown(summary(1, trouble=trouble))))
    assert "<@1> needs to </link:1> again before I can read this playlist. 3 tracks are waiting." in text
    assert "2 tracks" in text


def test_held_up_words() -> None:
    """The owner is addressed as such and told which playlist; where nothing waits, nothing is said of it."""
    assert needs_link(fake_bot(), HeldUp(SHARED, 0)).endswith("can read this playlist.")
    assert needs_link(fake_bot(), HeldUp(SHARED, 1)).endswith("1 track is waiting.")
    assert "until you </link:1> again. 1,000 tracks are waiting." in you_need_link(
        fake_bot(), HeldUp(SHARED, 1_000)
    )


def test_kept_until() -> None:
    """Where what is pending expires without an owner, the day is told."""
    made = replace(summary(1, trouble=Trouble.OWNER_UNLINKED), kept_until=NOW)
    assert f"until <t:{int(NOW.timestamp())}:D>" in "\n".join(markdown_texts(shown(made)))


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("many", [1, MOST_BESIDE, MOST_BESIDE + 1, 60])
def test_limits(name: str, many: int) -> None:
    """Any number of playlists with the longest names fits; those that don't are counted."""
    trouble = {"status": ListStatus.PAUSED, "paused_at": NOW, "trouble": Trouble.OWNER_LEFT}
    made = shown(*(summary(number, name, **trouble) for number in range(1, many + 1)))
    assert over_limits(made) == []
    text = "\n".join(markdown_texts(made))
    if many <= MOST_BESIDE:
        assert sum(part.get("label") == "Show" for part in components(made)) == text.count("](https://")
    if text.count("](https://") < many:
        assert f"… and {many - text.count('](https://')} more" in text


def test_none_yet() -> None:
    """Without a playlist the reader learns how to make one, and managers may still change who is asked."""
    made = shown()
    assert "No shared playlist here yet" in "\n".join(markdown_texts(made))
    assert "</shared create:1>" in "\n".join(markdown_texts(made))
    assert [part["label"] for part in components(made)] == ["Don't ask managers"]
    assert components(shown(manages=False)) == []
