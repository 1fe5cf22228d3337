"""Cards of the best and of looking back: every name made harmless, within Discord's limits, naming nobody who hides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services.shared.rounds.best import BestOutcome
from bot.services.shared.rounds.recap import Recap
from bot.services.shared.rounds.spans import Rated
from bot.stores.contributions import Ballot, BallotKind
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import BestOf
from cogs.ui.reply import Reply
from cogs.ui.shared.best import best_reply
from cogs.ui.shared.recap import named_in, recap_card
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits
from tests.cogs.samples import NOW, PLAYLIST_ID, TRACK_ID, track
from tests.shared_records import a_list, contribution

SHARED = a_list(TRACK_ID, owner_id=7, account_id="a", best=(BestOf("all", PLAYLIST_ID),))
MEMBER, OTHER = 2**62, 2**62 + 1
URIS = tuple(f"spotify:track:{number:022}" for number in range(1, 101))
BALLOT = Ballot(1, BallotKind.VOTE_IN, 1, NOW, NOW, open=False, yes=12_345, no=12_344)


def recap(name: str, **changes: object) -> Recap:
    shared = replace(SHARED, name=name)
    held = [
        contribution(shared, number, URIS[number], (MEMBER, OTHER, None, FORMER_MEMBER)[number % 4])
        for number in range(5)
    ]
    made = Recap(
        shared,
        round_no=12,
        year=None,
        tracks=1_234,
        members=56,
        likes=7_890,
        liked=tuple(Rated(one, 100 - place) for place, one in enumerate(held)),
        divided=replace(held[0], ballot=BALLOT),
        brought=((MEMBER, 1_000), (OTHER, 3)),
        hidden=frozenset({FORMER_MEMBER}),
        reached=1_000,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # its fields


def shown(made: Recap, name: str) -> Reply:
    known = {uri: track(name, track_id=uri.rpartition(":")[2]) for uri in named_in(made)[:4]}
    return Reply(card=recap_card(made, known))


def best(name: str, **changes: object) -> Reply:
    outcome = BestOutcome(replace(SHARED, name=name), "all", PLAYLIST_ID, URIS, added=100)
    known = {uri: track(name, track_id=uri.rpartition(":")[2]) for uri in URIS[:4]}
    return best_reply(replace(outcome, **changes), known)  # type: ignore[arg-type] # its fields


def test_names() -> None:
    """No name adds anything that Discord acts upon."""
    for name in HOSTILE:
        for reply in (
            shown(recap(name), name),
            shown(recap(name, round_no=None, year=2026), name),
            best(name),
            best(name, goes_on_at=NOW),
        ):
            texts = [
                text.replace(f"<@{MEMBER}>", "")
                .replace(f"<@{OTHER}>", "")
                .replace(f"<t:{int(NOW.timestamp())}:R>", "")
                for text in markdown_texts(reply)
            ]
            assert [found for text in texts for found in harms(text)] == [], name
            assert over_limits(reply) == [], name


def test_recap_says_all() -> None:
    """Title, totals, what was liked and by whom it was brought, what divided, who added most, what was reached."""
    text = "\n".join(markdown_texts(shown(recap("Tape"), "Song")))
    assert "### Round 12 of [Tape]" in text
    assert "Spotify · 1,234 tracks · 56 people · 7,890 likes" in text
    assert f"· ♥ 100 · <@{MEMBER}>" in text
    assert "12,345 👍 and 12,344 👎" in text
    assert f"<@{MEMBER}> (1,000 tracks) and <@{OTHER}> (3 tracks)" in text
    assert "has now had 1,000 tracks" in text
    of_year = "\n".join(markdown_texts(shown(recap("Tape", round_no=None, year=2026), "Song")))
    assert "[Tape](" in of_year
    assert " in 2026" in of_year


def test_hidden() -> None:
    """Who hides is named nowhere; nor is a former member, or who added something in Spotify."""
    text = "\n".join(
        markdown_texts(shown(recap("Tape", hidden=frozenset({FORMER_MEMBER, MEMBER}), brought=()), "Song"))
    )
    assert str(MEMBER) not in text
    assert f"<@{OTHER}>" in text
    assert "<@0>" not in text
    assert "None" not in text
    assert "Added most" not in text


def test_quiet_round() -> None:
    """A round in which nobody liked or voted on anything has its totals only."""
    quiet = recap("Tape", likes=0, liked=(), divided=None, brought=(), reached=None)
    assert len(list(markdown_texts(shown(quiet, "Song")))) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"added": 2, "gone": 1}, "New: 2. Gone: 1."),
        ({"added": 0}, "Nothing has changed"),
        ({"left_out": 1}, "1 track"),
        ({"goes_on_at": NOW}, "isn't ready yet"),
    ],
)
def test_best_says_what_changed(changes: dict[str, object], words: str) -> None:
    """A refresh says what is new and gone, what Spotify doesn't take, or that it goes on later."""
    assert words in "\n".join(markdown_texts(best("Tape", **changes)))


def test_best_is_short() -> None:
    """The card begins the list, and says how many more there are."""
    text = "\n".join(markdown_texts(best("Tape")))
    assert "100 tracks from" in text
    assert "5. " in text
    assert "6. " not in text
    assert "… 95 more" in text
