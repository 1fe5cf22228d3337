"""Tests for which notices follow from a change: one letter for one ended consent, however many lists it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.services.shared.core.notices import stopped
from bot.stores.lists import SharedPlaylist, Trouble
from tests.stores.shared_records import shared

GIVEN = datetime(2026, 5, 29, 12, tzinfo=UTC)
ENDED = datetime(2026, 11, 29, 12, tzinfo=UTC)


def _letters(*lists: SharedPlaylist, given: datetime = GIVEN) -> list[str]:
    """The IDs of what the owners are sent when the consent given then ends; a minute lies between any two lists."""
    return [
        notice.notice_id
        for number, one in enumerate(lists)
        for notice in stopped(
            one,
            replace(one, trouble=Trouble.CONSENT_ENDED, trouble_since=given),
            ENDED + number * timedelta(minutes=1),
        )
        if notice.member_id is not None
    ]


def test_one_letter_a_consent() -> None:
    """Lists that notice one after another that their owner's consent ended send the owner the same letter."""
    first, second = _letters(shared("one"), shared("two", version=7))
    assert first == second


def test_another_letter() -> None:
    """Another owner, and the same one whose next consent has ended, too, get a letter of their own."""
    letters = [*_letters(shared("one"), shared("two", owner_id=99)), *_letters(shared("one"), given=ENDED)]
    assert len(set(letters)) == 3


def test_each_channel_is_told() -> None:
    """Each list tells it in its own channel."""
    channels = {
        notice.notice_id
        for one in (shared("one"), shared("two"))
        for notice in stopped(one, replace(one, trouble=Trouble.CONSENT_ENDED, trouble_since=GIVEN), ENDED)
        if notice.member_id is None
    }
    assert len(channels) == 2
