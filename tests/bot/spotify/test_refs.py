"""What members paste: links, URIs, ids, look-alikes and plain text."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.spotify.errors import RefError
from bot.spotify.models import Ref
from bot.spotify.refs import KINDS, parse_ref, ref_in

ID = "4uLU6hMCjMI75M1A2tKUQC"
TRACK = ("track",)


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"spotify:track:{ID}",
        f"Spotify:Track:{ID}",
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}",
        f"HTTPS://OPEN.SPOTIFY.COM/track/{ID}",
        f"open.spotify.com/track/{ID}",
        f"https://spotify.com/track/{ID}?si=1",
        f"https://www.spotify.com/intl-de/track/{ID}",
        f"http://play.spotify.com/track/{ID}.",
        f"spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID}/",
        f"https://open.spotify.com/track/{ID}?si=6f1c8a&utm_source=copy-link",
        f"https://open.spotify.com/track/{ID}?si=ä#t=0:30",
        f"https://open.spotify.com/track/{ID}#x",
        f"https://open.spotify.com/intl-de/track/{ID}?si=1",
        f"https://open.spotify.com/intl-pt-BR/track/{ID}",
        f"<https://open.spotify.com/track/{ID}>",
        f" < https://open.spotify.com/track/{ID}?si=1 > ",
        f"<spotify:track:{ID}>",
        f"spotify:track:{ID}?si=6f1c8a",
        f"https://open.spotify.com/embed/track/{ID}?utm_source=generator",
        f"https://open.spotify.com/intl-ja/embed/track/{ID}",
        f"https://open.spotify.com/track/{ID}\u200b",
        f"\u2066https://open.spotify.com/track/{ID}\u2069",
        f"\ufeffspotify:track:{ID}\u200d",
        f"https://open.spotify.com/track/{ID}.",
        f"https://open.spotify.com/track/{ID}/。",
        f"https://open.spotify.com/track/{ID}?si=1。",
        f"「https://open.spotify.com/track/{ID}」",
        f"「open.spotify.com/track/{ID}」",
        f"https://open.spotify.com/track/{ID}をきいて",
        f"[x](https://open.spotify.com/track/{ID})",
        f"[x](<https://open.spotify.com/track/{ID}?si=1>)",
        f"**spotify:track:{ID}**",
        f"（https://open.spotify.com/track/{ID}）",  # noqa: RUF001 - another script's brackets
        f"\u3000https://open.spotify.com/track/{ID}\u00a0",
    ],
)
def test_track_in_every_form(text: str) -> None:
    """Every way to copy a track gives the same track."""
    assert parse_ref(text, TRACK) == Ref("track", ID)


@pytest.mark.parametrize(
    "text",
    [
        f"spotify:playlist:{ID}",
        f"spotify:user:ada.tape:playlist:{ID}",
        f"spotify:user:äda%20x:playlist:{ID}",
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/user/ada.tape/playlist/{ID}?si=2",
        f"https://open.spotify.com/intl-fr/user/ada/playlist/{ID}",
        f"https://open.spotify.com/embed/playlist/{ID}",
        f"spotify:user:{'x' * 22}:playlist:{ID}?si=1",
        f"spotify:user:äda:playlist:{ID}。",
    ],
)
def test_playlist_with_and_without_owner(text: str) -> None:
    """The old addresses of playlists, with their owner's name inside, still work."""
    assert parse_ref(text, ("playlist",)) == Ref("playlist", ID)


def test_ref_has_addresses() -> None:
    """A reference knows its URI and its link."""
    ref = Ref("track", ID)
    assert (ref.uri, ref.url) == (f"spotify:track:{ID}", f"https://open.spotify.com/track/{ID}")


LOOKALIKES = [
    "https://open.spotify.com.evil.example/track/{}",
    "https://open.spotify.com./track/{}",
    "https://open.spotify.com@evil.example/track/{}",
    "https://evil.example@open.spotify.com/track/{}",
    "https://user:pw@open.spotify.com/track/{}",
    "https://open.spotify.com:443/track/{}",
    "https://open.spotify.com:80@evil.example/track/{}",
    "https://open.spotify.com\\@evil.example/track/{}",
    "https://open.spotify.com%2eevil.example/track/{}",
    "https://open.spotify.com%00.evil.example/track/{}",
    "https://evil.example/open.spotify.com/track/{}",
    "https://evil.example?https://open.spotify.com/track/{}",
    "https://evil.example#open.spotify.com/track/{}",
    "https://openspotify.com/track/{}",
    "https://\uff0e$open.spotify.com/track/{}",
    "https://\u3002!open.spotify.com/track/{}",
    "https://open-spotify.com/track/{}",
    "https://open.spotifу.com/track/{}",  # noqa: RUF001 - a Cyrillic letter, on purpose
    "https://ореn.spotify.com/track/{}",  # noqa: RUF001 - a Cyrillic letter, on purpose
    "https://open.spotify.com\u200b/track/{}",
    "https://\u00adopen.spotify.com/track/{}",
    "https://\uff0e\\open.spotify.com/track/{}",
    "https://evil\u00adspotify.com/track/{}",  # browsers go to evilspotify.com
    "https://evil\u200bopen.spotify.com/track/{}",
    "https://open。spotify。com/track/{}",
    "https://accounts.spotify.com/track/{}",
    "https://spotify.com.evil.example/track/{}",
    "https://spotify.com:443/track/{}",
    "https://www.spotify.com/de/premium/{}",
    "https://notspotify.com/track/{}",
    "https://api.spotify.com/v1/tracks/{}",
    "https://youtube.com/watch?v={}",
    "https:///track/{}",
    "https://[::1]/track/{}",
    "https://127.0.0.1/track/{}",
    "ftp://open.spotify.com/track/{}",
    "file://open.spotify.com/track/{}",
    "open.spotify.com.evil.example/track/{}",
    "open.spotify.com:443/track/{}",
    "<https://open.spotify.com.evil.example/track/{}>",
]


@pytest.mark.parametrize("form", LOOKALIKES)
def test_lookalike_hosts(form: str) -> None:
    """Only Spotify's own pages of music count: no port, no user, no other name that looks like it."""
    with pytest.raises(RefError) as caught:
        parse_ref(form.format(ID), TRACK)
    assert caught.value.problem == "host"
    assert caught.value.expected == TRACK


@pytest.mark.parametrize(
    "text", ["https://spotify.link/AbCdEf", "https://spotify.app.link/x?y=z", "spotify.link/AbC"]
)
def test_short_links(text: str) -> None:
    """A short link is said to be one, for nothing is fetched to resolve it."""
    with pytest.raises(RefError) as caught:
        parse_ref(text, TRACK)
    assert caught.value.problem == "short"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"https://open.spotify.com/album/{ID}", "album"),
        (f"https://open.spotify.com/intl-de/artist/{ID}", "artist"),
        (f"https://open.spotify.com/user/ada/playlist/{ID}", "playlist"),
        ("https://open.spotify.com/user/ada", "user"),
        (f"spotify:episode:{ID}", "episode"),
        ("spotify:user:ada", "user"),
        ("spotify:user:ada:collection", "user"),
        ("spotify:local:Us:Garage+Demos:Take+3:61", "local"),
        ("https://open.spotify.com/collection/tracks", ""),
        ("https://open.spotify.com/", ""),
        ("https://open.spotify.com", ""),
        ("https://open.spotify.com?track", ""),
        (f"https://open.spotify.com//track/{ID}", ""),
        (f"https://open.spotify.com/@everyone/{ID}", ""),
        (f"https://open.spotify.com/trac\u212a/{ID}", ""),
        ("spotify:everyone:x", ""),
    ],
)
def test_other_kinds(text: str, found: str) -> None:
    """Another kind of thing is named when we know it; nothing a member typed comes back as a kind."""
    with pytest.raises(RefError) as caught:
        parse_ref(text, TRACK)
    assert (caught.value.problem, caught.value.found) == ("kind", found)


@pytest.mark.parametrize(
    "text",
    [
        "spotify:track:",
        f"spotify:track:{ID}x",
        f"spotify:track:{ID}:play",
        f"spotify:track:{ID[:-1]}",
        f"spotify:track:{ID[:-1]}é",
        "https://open.spotify.com/track",
        "https://open.spotify.com/track/",
        "https://open.spotify.com/track/?si=1",
        f"https://open.spotify.com/track/{ID}x",
        f"https://open.spotify.com/track/{ID}/more",
        f"https://open.spotify.com/track/{ID}//",
        f"https://open.spotify.com/track/{ID}%0a",
        f"https://open.spotify.com/track/{ID[:-1]}\uff21",
        f"https://open.spotify.com/track/../track/{ID}",
    ],
)
def test_damaged_ids(text: str) -> None:
    """An id that is cut, longer, or holds anything but 22 ASCII letters and digits is said to be damaged."""
    with pytest.raises(RefError) as caught:
        parse_ref(text, TRACK)
    assert caught.value.problem == "id"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "<>",
        "<3",
        "harbour lights",
        "spotify",
        "Spotify: the musical",
        "spotify:",
        "spotify:track",
        "track: harbour artist: lanterns",
        "artist:lanterns",
        "AC/DC",
        "best of spotify / 2026",
        "Re: Stacks",
        "4:33",
        "1999/2000",
        "x" * 21,
        "x" * 23,
        "ä" * 22,
        f"{ID[:-1]}\u0663",
        f"hear https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID} please",
    ],
)
def test_plain_text(text: str) -> None:
    """Everything that is no reference is something to search for."""
    assert parse_ref(text, TRACK) is None


def test_bare_id_needs_one_kind() -> None:
    """A bare id says nothing about its kind: with two possible ones it is text."""
    assert parse_ref(ID, ("track", "album")) is None
    assert parse_ref(f"spotify:album:{ID}", ("track", "album")) == Ref("album", ID)


IDS = st.text(string.ascii_letters + string.digits, min_size=22, max_size=22)


@given(IDS, st.sampled_from(sorted(KINDS - {"local"})), st.sampled_from(["", "?si=abc", "#x", "/"]))
def test_round_trip(spotify_id: str, kind: str, tail: str) -> None:
    """Our own links and URIs come back as what they were made of."""
    ref = Ref(kind, spotify_id)
    assert parse_ref(ref.uri, (kind,)) == parse_ref(ref.url + tail, (kind,)) == ref
    assert parse_ref(spotify_id, (kind,)) == ref


PIECES = st.sampled_from(
    [
        *(
            "https://",
            "http://",
            "spotify:",
            "spotify",
            "open.spotify.com",
            "spotify.link",
            "/",
            ":",
            "@",
            "?",
            "#",
        ),
        *(
            "track",
            "playlist",
            "user",
            "intl-de",
            "evil.example",
            ".",
            "\\",
            "%2f",
            "<",
            ">",
            " ",
            "\n",
            "\u200b",
            ID,
            "é",
        ),
    ]
)


@given(st.text() | st.lists(PIECES, max_size=12).map("".join))
@example("https://open.spotify.com/track/" + "a" * 6000)
@example("spotify:user:" + "a:playlist:" * 600)
@example("spotify/" * 800)
def test_never_crashes(text: str) -> None:
    """Any text is a usable reference, a refused one, or plain; a usable id is always 22 ASCII letters and digits."""
    try:
        ref = parse_ref(text, TRACK)
    except RefError as exc:
        assert exc.problem in {"host", "kind", "id", "short"}  # noqa: PT017 - refusing is one of three good ways
        assert exc.found in KINDS | {""}  # noqa: PT017 - as above
        return
    if ref is not None:
        assert ref.kind == "track"
        assert re.fullmatch("[A-Za-z0-9]{22}", ref.id)
        assert ref.id in text


USER = frozenset({"user"})


@pytest.mark.parametrize(
    ("text", "user_id"),
    [
        ("https://open.spotify.com/user/ada.tape?si=0123456789abcdef", "ada.tape"),
        ("open.spotify.com/intl-de/user/31abcdefghijklmnopqrstuvwxyz", "31abcdefghijklmnopqrstuvwxyz"),
        ("https://open.spotify.com/user/ada/playlists", "ada"),
        ("https://open.spotify.com/user/z%C3%A9ro%20one", "zéro one"),
        ("spotify:user:ada", "ada"),
        ("SPOTIFY:USER:Ada", "Ada"),
        ("<https://open.spotify.com/user/ada>", "ada"),
    ],
)
def test_users(text: str, user_id: str) -> None:
    """A link to a person is read where one makes sense; their ID is free text."""
    ref = parse_ref(text, USER)
    assert ref == Ref("user", user_id)
    assert parse_ref(ref.url, USER) == parse_ref(ref.uri, USER) == ref


def test_user_in_a_sentence() -> None:
    """The full stop behind it belongs to the sentence."""
    assert ref_in("It's by open.spotify.com/user/ada.tape.", USER) == Ref("user", "ada.tape")
    assert ref_in("It's by spotify:user:ada, I think", USER) == Ref("user", "ada")


@pytest.mark.parametrize(
    "text",
    [
        "https://open.spotify.com/user/",
        "spotify:user:",
        "spotify:user:ada:collection",
        "https://open.spotify.com/user/..",
        "https://open.spotify.com/user/%00",
        "https://open.spotify.com/user/" + "a" * 101,
    ],
)
def test_no_user(text: str) -> None:
    """What can't be a user's ID is refused."""
    with pytest.raises(RefError):
        parse_ref(text, USER)


def test_a_users_playlist_is_no_user() -> None:
    """The old address of a playlist names its owner, but is a playlist's."""
    with pytest.raises(RefError) as caught:
        parse_ref(f"https://open.spotify.com/user/ada/playlist/{ID}", USER)
    assert caught.value.found == "playlist"
