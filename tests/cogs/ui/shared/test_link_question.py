"""The question about a message's links: what stands in it is read back from it, whatever anything is called."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.shared.proposals.expand import links_in
from bot.services.shared.proposals.outcomes import Preview
from bot.shared_errors import ContributionGoneError
from bot.spotify.models import Ref
from cogs.ui.reply import Reply
from cogs.ui.shared.link_question import (
    ITSELF,
    MORE,
    MOST_LINKS,
    TITLE,
    Found,
    link_line,
    question_card,
    question_lines,
)
from cogs.words.names import list_name
from cogs.words.text import masked_link, safe_text
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits, skeleton
from tests.cogs.posted import posted, posted_embed
from tests.cogs.samples import TRACK_ID, barred, track
from tests.shared_records import a_list

REF = Ref("track", TRACK_ID)
OTHER = "7ouMYWpwJ422jRcDASZB7P"
names = st.one_of(
    st.text(max_size=80),
    st.text(max_size=10).map(lambda text: f"{text}https://open.spotify.com/track/{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"{text}spotify:track:{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"{text}open.spotify.com/track/{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"](https://open.spotify.com/track/{OTHER}){text}"),
)


def question(name: str, note: str = "") -> Reply:
    """With as many links as it can have, each with as much to say as there is."""
    shared = a_list("37i9dQZF1DXcBWIGoYBM5M", owner_id=1, account_id="account", name=name)
    album = Found(Ref("album", TRACK_ID), name, tuple(track(name) for _ in range(2_000)))
    lines = [link_line(Found(REF, name, (barred(name, "explicit"),)), None) for _ in range(MOST_LINKS - 2)]
    lines += [link_line(album, Preview(album.tracks[:1], ())), ITSELF(playlist=list_name(shared))]
    return Reply(card=question_card(TITLE(), [*lines, MORE(most=MOST_LINKS)], note))


@given(names, names)
def test_names_bring_nothing_in(name: str, artist: str) -> None:
    """A title or artist that looks like a link adds none, and does not hide the real one."""
    line = f"**{masked_link(name, REF.url, 60)}** by {safe_text(artist, 60)}"
    assert links_in(line) == (REF,)


@settings(deadline=None)
@given(st.lists(names, max_size=10), names)
def test_read_back(titles: list[str], note: str) -> None:
    """Every line is read again as it stands; what the note says is none of them."""
    lines = [masked_link(title, REF.url, 60) for title in titles] or ["none"]
    assert question_lines(posted(Reply(card=question_card(TITLE(), lines, note)))) == lines


def test_former_embed() -> None:
    """In a question of earlier versions the lines stand in an embed."""
    embed = discord.Embed(title=TITLE(), description="one\ntwo").set_footer(text="Note: three")
    assert question_lines(posted_embed(embed)) == ["one", "two"]


def test_not_a_question() -> None:
    """Where nothing stands, nothing can be answered."""
    for message in (None, posted(Reply(card=()))):
        with pytest.raises(ContributionGoneError):
            question_lines(message)


@pytest.mark.parametrize("name", sorted({name[:300] for name in HOSTILE}))
def test_names(name: str) -> None:
    """The longest question fits into a message, and no name in it does anything."""
    reply = question(name, name)
    texts = [*markdown_texts(reply)]
    assert [found for words in texts for found in harms(words)] == []
    assert skeleton(texts[0]) == skeleton(next(markdown_texts(question("x"))))
    assert over_limits(reply) == []
