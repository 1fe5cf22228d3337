"""The tables of shared playlists, as the schema step that creates them.

Every table has the columns it's searched by, and the whole record as JSON in `body`. Times are milliseconds since
1970. A `member_id` of 0 is nobody: it was added in Spotify.
"""

from __future__ import annotations

from typing import Final

_LISTS: Final = (
    """CREATE TABLE lists (
        list_id TEXT PRIMARY KEY,
        guild_id INTEGER NOT NULL,
        owner_id INTEGER NOT NULL,
        is_open INTEGER NOT NULL,
        name_key TEXT, -- NULL when it is closed: then its name is free
        playlist_id TEXT UNIQUE, -- likewise
        version INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX lists_name ON lists (guild_id, name_key)",
    "CREATE INDEX lists_owner ON lists (owner_id) WHERE is_open = 1",
    "CREATE INDEX lists_open ON lists (is_open) WHERE is_open = 1",
)

# Every index starts with the list and contains what its queries need: even with a million rows, none is scanned.
_CONTRIBUTIONS: Final = (
    """CREATE TABLE contributions (
        seq INTEGER PRIMARY KEY,
        contribution_id TEXT NOT NULL UNIQUE,
        origin TEXT NOT NULL UNIQUE,
        list_id TEXT NOT NULL,
        guild_id INTEGER NOT NULL,
        member_id INTEGER NOT NULL,
        state TEXT NOT NULL,
        place INTEGER NOT NULL, -- its number; 0 without one
        created_at INTEGER NOT NULL,
        round_no INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        uri TEXT NOT NULL, -- as written
        asked_uri TEXT NOT NULL,
        isrc TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        batch_id TEXT,
        ballot_ends INTEGER, -- of an open ballot
        unshown INTEGER, -- 1: its ballot is decided, and the card does not say so
        version INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX contributions_place ON contributions (list_id, state, place, created_at)",
    """CREATE INDEX contributions_moment
        ON contributions (list_id, state, created_at, member_id, duration_ms, round_no)""",
    "CREATE INDEX contributions_member ON contributions (list_id, member_id, state, created_at, round_no)",
    "CREATE INDEX contributions_uri ON contributions (list_id, uri)",
    "CREATE INDEX contributions_asked ON contributions (list_id, asked_uri) WHERE asked_uri <> uri",
    "CREATE INDEX contributions_isrc ON contributions (list_id, isrc) WHERE isrc <> ''",
    "CREATE INDEX contributions_fingerprint ON contributions (list_id, fingerprint) WHERE fingerprint <> ''",
    "CREATE INDEX contributions_batch ON contributions (list_id, batch_id) WHERE batch_id IS NOT NULL",
    "CREATE INDEX contributions_ballot ON contributions (ballot_ends) WHERE ballot_ends IS NOT NULL",
    """CREATE INDEX contributions_list_ballot ON contributions (list_id, ballot_ends)
        WHERE ballot_ends IS NOT NULL""",
    "CREATE INDEX contributions_unshown ON contributions (unshown) WHERE unshown = 1",
    """CREATE TABLE contribution_artists (
        seq INTEGER NOT NULL, -- of the contribution
        artist_id TEXT NOT NULL,
        list_id TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (seq, artist_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX contribution_artists_artist ON contribution_artists (list_id, artist_id, state)",
    """CREATE TABLE list_numbers (
        list_id TEXT PRIMARY KEY,
        last INTEGER NOT NULL
    ) STRICT""",
)

# Row counts, kept by the database itself: counting a long list would scan all of it.
# What the triggers below did in a released step; since such a step never changes, they don't either.
_FORMER_LESS: Final = """UPDATE list_counts SET n = n - 1
            WHERE list_id = OLD.list_id AND state = OLD.state AND round_no = OLD.round_no;
        UPDATE member_counts SET n = n - 1
            WHERE list_id = OLD.list_id AND member_id = OLD.member_id AND state = OLD.state
                AND round_no = OLD.round_no;"""
_NEW_MORE: Final = """INSERT INTO list_counts VALUES (NEW.list_id, NEW.state, NEW.round_no, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;
        INSERT INTO member_counts VALUES (NEW.list_id, NEW.member_id, NEW.state, NEW.round_no, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;"""
_NONE_LEFT: Final = (
    "DELETE FROM member_counts WHERE list_id = OLD.list_id AND member_id = OLD.member_id AND n = 0;"
)

# How many there are, kept by the database itself: counting a long list would walk all of it.
_COUNTS: Final = (
    """CREATE TABLE list_counts (
        list_id TEXT NOT NULL,
        state TEXT NOT NULL,
        round_no INTEGER NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (list_id, state, round_no)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE member_counts (
        list_id TEXT NOT NULL,
        member_id INTEGER NOT NULL,
        state TEXT NOT NULL,
        round_no INTEGER NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (list_id, member_id, state, round_no)
    ) STRICT, WITHOUT ROWID""",
    f"""CREATE TRIGGER contributions_added AFTER INSERT ON contributions BEGIN
        {_NEW_MORE}
    END""",
    f"""CREATE TRIGGER contributions_changed AFTER UPDATE ON contributions
    WHEN (OLD.state, OLD.round_no, OLD.member_id) <> (NEW.state, NEW.round_no, NEW.member_id) BEGIN
        {_FORMER_LESS}
        {_NEW_MORE}
    END""",
)

# The default for a later step: so far, none was ever erased.
COUNTS_OF_ERASED: Final = (
    f"""CREATE TRIGGER contributions_erased AFTER DELETE ON contributions BEGIN
        {_FORMER_LESS}
        {_NONE_LEFT}
    END""",
)

_REST: Final = (
    """CREATE TABLE votes (
        contribution_id TEXT NOT NULL,
        ballot_no INTEGER NOT NULL,
        member_id INTEGER NOT NULL,
        yes INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (contribution_id, ballot_no, member_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        list_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX events_list ON events (list_id, at, seq)",
    """CREATE TABLE event_members ( -- who did it, and whose contribution it is about
        list_id TEXT NOT NULL,
        member_id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        seq INTEGER NOT NULL, -- of the event
        PRIMARY KEY (list_id, member_id, at, seq)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE snapshots (
        list_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        info BLOB NOT NULL,
        body BLOB NOT NULL, -- compressed
        PRIMARY KEY (list_id, number)
    ) STRICT""",
    """CREATE TABLE journals (
        list_id TEXT PRIMARY KEY,
        unsettled INTEGER NOT NULL,
        version INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX journals_unsettled ON journals (unsettled) WHERE unsettled = 1",
)

SHARED_PLAYLISTS: Final = _LISTS + _CONTRIBUTIONS + _COUNTS + _REST

CLOSED_LISTS: Final = ("CREATE INDEX lists_closed ON lists (is_open) WHERE is_open = 0",)

VOTES_OF_MEMBERS: Final = ("CREATE INDEX votes_member ON votes (member_id)",)

# Which lists have something to write, or something for a curator to check: few rows, however much else there is.
UNFINISHED_CONTRIBUTIONS: Final = (
    """CREATE INDEX contributions_unfinished ON contributions (state, list_id)
        WHERE state IN ('queued', 'sending', 'leaving', 'parked')""",
)

# A count of zero still names someone who may have asked to be forgotten.
NO_EMPTY_COUNTS: Final = (
    "DROP TRIGGER contributions_changed",
    f"""CREATE TRIGGER contributions_changed AFTER UPDATE ON contributions
    WHEN (OLD.state, OLD.round_no, OLD.member_id) <> (NEW.state, NEW.round_no, NEW.member_id) BEGIN
        {_FORMER_LESS}
        {_NEW_MORE}
        {_NONE_LEFT}
    END""",
    "DELETE FROM member_counts WHERE n = 0",
)
