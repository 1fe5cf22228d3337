"""A note on the bot's own message: read back as it was given, from components and from a former embed."""

from __future__ import annotations

import discord
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.visible import one_line, shortened
from cogs.ui.layout import text
from cogs.ui.reply import Reply
from cogs.ui.shared.contributions import Proposal, which_track
from cogs.ui.shared.link_question import TITLE, question_card
from cogs.ui.shared.notes import LONGEST, note_on, note_parts
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits, skeleton
from tests.cogs.posted import posted, posted_embed
from tests.cogs.samples import tracks
from tests.shared_records import a_list

MARKDOWN = st.text(alphabet="\\*_~`|[]()<>@#:./-+1 \n\u200b\u200d👩👧é", max_size=LONGEST)
NOTES = (
    "for the **long** drive",
    "<@80351110224678912> @everyone <#1> </link:1> <:tape:1>",
    "two\nlines",
    "-# Note: Note: twice",
    "Note: said by me",
    "(no name)",
    "\\\\ \\* \\",
    "1. first",
    "# heading",
    "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
    "👩\u200d👩\u200d👧\u200d👦 🇸🇪 ❤️",
    "x" * LONGEST,
    "*" * LONGEST,
    "🅴" * LONGEST,
)
BLANKS = ("", "   ", "\n", "\u200b", "\u3164")


def kept(note: str) -> str:
    """As it is stored in the end."""
    return shortened(one_line(note), LONGEST)


def carried(note: str) -> str:
    return note_on(posted(Reply(card=(text("Which one?"), *note_parts(note)))))


@settings(deadline=None)
@given(st.one_of(st.text(), MARKDOWN, MARKDOWN.map("Note: {}".format)))
@example("\u0645\u200c" * 150)
@example("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")  # the flag of England
def test_any_note(note: str) -> None:
    """Whatever was written comes back as it would be stored, also when it is carried on to the next message."""
    once = carried(note)
    assert once == kept(note)
    assert carried(once) == kept(once)


@pytest.mark.parametrize("note", [*NOTES, *HOSTILE])
def test_known_notes(note: str) -> None:
    """Markdown, mentions, lines, emoji and our own words come back, and do nothing on the way."""
    assert carried(note) == kept(note)
    reply = Reply(card=(text("x"), *note_parts(note)))
    assert [found for words in markdown_texts(reply) for found in harms(words)] == []
    assert [*map(skeleton, markdown_texts(reply))] == [""] * (1 + bool(kept(note)))
    assert over_limits(reply) == []


@pytest.mark.parametrize("note", BLANKS)
def test_blank(note: str) -> None:
    """A note of blanks is none."""
    assert note_parts(note) == ()
    assert carried(note) == ""


@pytest.mark.parametrize("note", NOTES)
def test_in_our_questions(note: str) -> None:
    """It is found among what else a question says, whatever the names in it are."""
    shared = a_list("playlist", owner_id=1, account_id="account", name="-# Note: not this")
    asked = which_track(Proposal(shared, note), tracks("-# Note: nor this", 3))
    assert note_on(posted(asked)) == kept(note)
    assert note_on(posted(Reply(card=question_card(TITLE(), ["a line"], note)))) == kept(note)
    assert note_on(posted(which_track(Proposal(shared), tracks("Note: nor this", 3)))) == ""


@pytest.mark.parametrize(
    ("footer", "note"),
    [
        ("Note: for the *long* drive", "for the *long* drive"),
        ("Note: Note: twice", "Note: twice"),
        ("Note: (no name)", ""),
        ("Spotify", ""),
        (None, ""),
    ],
)
def test_former_embed(footer: str | None, note: str) -> None:
    """In a message of earlier versions it stands in an embed's footer."""
    assert note_on(posted_embed(discord.Embed(description="x").set_footer(text=footer))) == note


def test_no_message() -> None:
    """Where there is no message there is no note."""
    assert note_on(None) == ""
