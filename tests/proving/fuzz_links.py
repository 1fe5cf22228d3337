"""Texts and addresses that hold Spotify's links, or something that looks like them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from hypothesis import strategies as st

from bot.errors import PastedAddressError
from bot.services.pasted_address import read_address
from bot.spotify.errors import RefError
from bot.spotify.models.refs import HOST, Ref
from bot.spotify.refs import KINDS, OTHER_HOSTS, named_in, parse_ref, ref_in, short_links_in, with_followed
from tests.proving.fuzz_mutations import ID, REDIRECT, WronglyAcceptedError

SPOTIFYS: Final = frozenset({HOST, *OTHER_HOSTS})

PIECES: Final = (
    *(
        "https://open.spotify.com/track/",
        f"spotify:track:{ID}",
        "https://",
        "open.spotify.com",
        "spotify:",
        "/track/",
    ),
    *(
        "intl-de/",
        "?si=x",
        "#",
        "@",
        ":",
        "//",
        "\\",
        "%2f",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        " ",
        "\n",
        "\u200b",
    ),
    *(
        "spotify.link/",
        "https://spotify.link/abc",
        "user:",
        "playlist",
        "\uff0e",
        "\u3002",
        "\uff4fpen",
        "\u202e",
        ID,
        ID[:21],
        ID + "x",
    ),
)
TEXTS: Final = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).map("".join)
HOSTS: Final = st.sampled_from(
    (
        *(
            "open.spotify.com",
            "open.spotify.com.evil.example",
            "evil.example",
            "notopen.spotify.com",
            "open-spotify.com",
        ),
        *("open.spotify.com.", "open.spotify.com:443", "a@open.spotify.com", "open.spotify.com@evil.example"),
        *(
            "0pen.spotify.com",
            "open.sp0tify.com",
            "open.spotify.co",
            "op\u0435n.spotify.com",
            "\uff4fpen.spotify.com",
        ),
        *(
            "open\u3002spotify\u3002com",
            "open.spotify.com%2eevil.example",
            "open.spotify.com\\.evil.example",
            "xn--opn-8cd.spotify.com",
        ),
        *(
            "[::1]",
            "127.0.0.1",
            "open.spotify.com%00.evil.example",
            "spotify.com",
            "www.spotify.com",
            "evil.spotify.com",
        ),
    )
)
SIGNS: Final = st.text("aO0.-@:\\%_~!$&=;/?#\u200d\u00ad\u0435\uff0e", max_size=5)
ADDRESSES: Final = st.tuples(
    st.sampled_from(("https", "http", "HTTPS", "ftp", "javascript", "spotify")),
    SIGNS,
    HOSTS,
    SIGNS,
    st.sampled_from(sorted(KINDS)),
    st.sampled_from((ID, ID[:-1] + "é", ID + "0", f"{ID}?si=x")),
).map(lambda parts: f"{parts[0]}://{parts[1]}{parts[2]}{parts[3]}/{parts[4]}/{parts[5]}")


def links_in_a_text(text: str) -> None:
    for reads in (parse_ref, ref_in):
        try:
            found = reads(text, KINDS)
        except RefError:
            continue
        if found is not None:
            _must_be_real(found, text)
    for one in named_in(text, KINDS):
        if isinstance(one, Ref):
            _must_be_real(one, text)
    known = {address: Ref("track", ID) for address in short_links_in(text)}
    for address in known:
        if urlsplit(address).netloc not in {"spotify.link", "spotify.app.link"}:
            raise WronglyAcceptedError(f"{address!r} in {text!r}")
    with_followed(text, known)


def _must_be_real(found: Ref, text: str) -> None:
    is_id = len(found.id) == len(ID) and found.id.isascii() and found.id.isalnum()
    if found.kind not in KINDS or not (is_id or found.kind == "user"):  # a user's ID is any text
        raise WronglyAcceptedError(f"{found!r} in {text!r}")
    if found.id not in unquote(text):
        raise WronglyAcceptedError(f"{found!r}, which isn't in {text!r}")


def look_alike(address: str) -> None:
    try:
        found = parse_ref(address, KINDS)
    except RefError:
        return
    after = re.split("[\uff0e\u3002]", address.partition("://")[2])[
        -1
    ]  # full stops of Chinese end an address
    host = re.split(r"[/?#]", after)[0].lower()
    if found is not None and host not in SPOTIFYS:
        raise WronglyAcceptedError(f"{address!r} as {found!r}")


PASTED: Final = st.builds(
    lambda start, query: start + query,
    st.sampled_from(
        (
            f"{REDIRECT}?",
            "http://127.0.0.1:8080@evil.example/callback?",
            f"{REDIRECT}/?",
            "?",
            f"<{REDIRECT}?",
        )
    ),
    st.lists(
        st.sampled_from(("code=a", "state=b", "error=c", "&", "=", "%", "#", ">", " ", "["))
        | st.text(max_size=5)
    ).map("".join),
)


def pasted(text: str) -> None:
    try:
        read_address(text, REDIRECT)
    except PastedAddressError:
        return
    bare = "".join(text.split()).removeprefix("<")
    if urlsplit(bare).netloc != urlsplit(REDIRECT).netloc:
        raise WronglyAcceptedError(repr(text))
