"""How many of something, for lists, buttons and wherever a sentence has a second number of its own."""

from __future__ import annotations

from typing import Final

from bot.languages import Plural

TRACKS: Final = Plural("{n:,} track", "{n:,} tracks")
LINES: Final = Plural("{n:,} line", "{n:,} lines")
LOCAL_FILES: Final = Plural("{n:,} local file", "{n:,} local files")
PLAYLISTS: Final = Plural("{n:,} playlist", "{n:,} playlists")
ROUNDS: Final = Plural("{n:,} round", "{n:,} rounds")
PROPOSALS: Final = Plural("{n:,} proposal", "{n:,} proposals")
VOTES: Final = Plural("{n:,} vote", "{n:,} votes")
LIKES: Final = Plural("{n:,} like", "{n:,} likes")
DECISIONS: Final = Plural("{n:,} decision", "{n:,} decisions")
PEOPLE: Final = Plural("{n:,} person", "{n:,} people")
MEMBERS: Final = Plural("{n:,} member", "{n:,} members")
REQUESTS: Final = Plural("{n:,} request", "{n:,} requests")
MORE: Final = Plural("{n:,} more", "{n:,} more")  # the last of several names
DAYS: Final = Plural("{n:,} day", "{n:,} days")
HOURS: Final = Plural("{n:,} hour", "{n:,} hours")
MINUTES: Final = Plural("{n:,} minute", "{n:,} minutes")
