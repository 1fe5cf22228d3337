"""What a playlist should hold once a curator sorted it, and where what came meanwhile stands."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.reconciliation.ordering import added_on_top
from bot.services.shared.tidying.work import Job, Work, target_of
from bot.spotify.models import PlaylistItem, Track

NAMES = st.sampled_from(["", "Alpha", "beta", "Gamma", "delta"])
ENTRIES = st.lists(
    st.one_of(
        st.builds(lambda name, n: PlaylistItem(Track(f"spotify:track:{n}", name)), NAMES, st.integers(0, 9)),
        st.builds(lambda n: PlaylistItem(Track(f"spotify:local:a:b:{n}:1", "Local")), st.integers(0, 3)),
        st.just(PlaylistItem()),
    ),
    max_size=20,
)


def uri(entry: PlaylistItem) -> str:
    return entry.content.uri if entry.content else ""


def is_sortable(entry: PlaylistItem) -> bool:
    return entry.content is not None and bool(entry.content.name) and ":track:" in entry.content.uri


@given(ENTRIES)
def test_sorted(entries: list[PlaylistItem]) -> None:
    """Nothing comes or goes; local files and what has no title keep their places; the rest is in order."""
    after = target_of(Job(Work.SORT, by="title"), entries).uris
    assert Counter(after) == Counter(map(uri, entries))
    fixed = [place for place, entry in enumerate(entries) if not is_sortable(entry)]
    assert [after[place] for place in fixed] == [uri(entries[place]) for place in fixed]
    in_order = sorted(
        (entry for entry in entries if is_sortable(entry)),
        key=lambda entry: entry.content.name.casefold() if entry.content else "",
    )
    assert [one for place, one in enumerate(after) if place not in fixed] == [uri(one) for one in in_order]


@given(st.lists(st.sampled_from("abc"), max_size=5), st.lists(st.sampled_from("xyz"), max_size=4))
def test_added_on_top(known: list[str], new: list[str]) -> None:
    """What stands before all that was known is new; what was known never counts."""
    before = [f"spotify:track:{one}" for one in known]
    came = [f"spotify:track:{one}" for one in new]
    expected = tuple(came)
    assert added_on_top([*came, *before], before) == expected
    assert added_on_top([*before, *came], before) == (() if before else expected)
