"""What a member pasted: a Spotify link, URI or ID as kind and ID, or plain text to search for.

Nothing is fetched to find out, and only the exact hosts count. An ID is 22 ASCII letters and digits; anything else
ends it: a full stop, a bracket, a character of another script, an invisible space. A user's ID is any text.
Source: developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.spotify.errors import RefError
from bot.spotify.models.refs import HOST, Ref

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

OTHER_HOSTS: Final = frozenset({"spotify.com", "www.spotify.com", "play.spotify.com"})  # as people type it
SHORT_HOSTS: Final = frozenset({"spotify.link", "spotify.app.link"})
KINDS: Final = frozenset(
    {"track", "album", "artist", "playlist", "episode", "show", "audiobook", "chapter", "user", "local"}
)

_ID: Final = re.compile(r"[A-Za-z0-9]{22}")
_GOES_ON: Final = r"[A-Za-z0-9]|[/:%][A-Za-z0-9/%]"  # what can't follow an ID
_CUT: Final = re.compile(_GOES_ON)
_BEFORE_KIND: Final = re.compile(r"intl-[a-z]{2,3}(-[a-z]{2})?|embed(-podcast)?", re.ASCII | re.IGNORECASE)
_URL: Final = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#\s]*)(\S*)", re.ASCII | re.IGNORECASE)
_URI: Final = re.compile(r"spotify(?::user:[^:\s]+(?=:playlist:))?:([a-z]+):(\S*)", re.ASCII | re.IGNORECASE)

_UNSEEN: Final = "".join(
    map(
        chr,
        (
            0xAD,
            0x180E,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            0xFE0E,
            0xFE0F,
            0xFEFF,
        ),
    )
)

# An address in a text ends at spaces, brackets, Discord's markdown and, behind its host, the punctuation of any
# script. It is read as a whole, so that another one inside its query isn't seen, nor the end of a longer host after an
# invisible character. The lookbehind keeps out "notopen.spotify.com" and the like, and keeps the search linear.
_SIGN: Final = r"""(?:(?![\s<>()\[\]{}"'|`*,])[!-~])"""
_ADDRESS: Final = re.compile(
    rf"(?:(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://(?:(?!/){_SIGN}|(?!\s)[^\x00-\x7f])*"
    rf"|(?<![A-Za-z0-9:/.%=&?#@+\\-])(?<![\w/][{_UNSEEN}])"
    rf"(?i:spotify:|(?:(?:open\.|www\.|play\.)?spotify\.com|spotify\.(?:app\.)?link)/))"
    rf"(?:{_SIGN}|[^\W\x00-\x7f]|[{_UNSEEN}](?!\s|$))+"
)
# Where one of Spotify's addresses ends, whatever follows it.
_END: Final = re.compile(
    rf"[/:](?:track|album|artist|playlist|episode|show|audiobook|chapter)[/:][A-Za-z0-9]{{22}}(?!{_GOES_ON})"
    rf"(?:/?[?#]{_SIGN}*)?",
    re.ASCII | re.IGNORECASE,
)
_OF_USER: Final = re.compile(r"[/:]user[/:][^/:?#\s]", re.IGNORECASE)
_SHORT: Final = re.compile(
    r"(?<![A-Za-z0-9.%=&?#@/+-])(?:https?://)?(spotify(?:\.app)?\.link)/([A-Za-z0-9]{1,64})(?![A-Za-z0-9])"
    r"(?:\?[A-Za-z0-9=&._%~-]*)?",
    re.ASCII | re.IGNORECASE,
)


def parse_ref(text: str, expected: Collection[str]) -> Ref | None:
    """The thing a pasted text refers to; None if it's plain text to search for.

    text: a link (also in brackets or as markdown, with `intl-xx` or `embed`, query or fragment), a `spotify:` URI, or,
    if exactly one kind is expected, a bare ID. expected: the kinds that make sense here.
    Raises RefError for something that isn't usable here; its `found` is one of KINDS or empty.
    """
    text = _bare(text)
    if text.startswith("<") and text.endswith(">"):
        text = _bare(text[1:-1])
    if _ID.fullmatch(text):
        kinds = tuple(expected)
        return Ref(kinds[0], text) if len(kinds) == 1 else None
    dressed = not re.search(r"\s", text)
    try:
        return _named(text, expected) or (_first(text, expected) if dressed else None)
    except RefError as error:
        inside = [one for one in named_in(text, expected) if isinstance(one, Ref)]
        if error.problem == "host" and inside:
            return inside[0]
        raise


def ref_in(text: str, expected: Collection[str]) -> Ref | None:
    """Like `parse_ref`, but also finds a link inside a sentence: the first one of a kind that makes sense here."""
    return parse_ref(text, expected) or _first(text, expected)


def named_in(text: str, expected: Collection[str]) -> Iterator[Ref | RefError]:
    """What every Spotify link and URI in a text refers to, in order; an error for those not usable here."""
    for address in _addresses(text):
        try:
            ref = _named(address, expected)
        except RefError as error:
            is_word = error.problem == "kind" and not error.found and _URI.fullmatch(address)  # "spotify:hm:"
            if error.problem != "host" and not is_word:
                yield error
        else:
            if ref is not None:
                yield ref


def short_links_in(text: str) -> tuple[str, ...]:
    """The addresses of the short links in a text, each once. Only Spotify can resolve them."""
    return tuple(dict.fromkeys(_short(found) for found in _SHORT.finditer(text)))


def with_followed(text: str, known: Mapping[str, Ref]) -> str:
    """The text with its short links replaced by their targets, as far as these are known."""
    return _SHORT.sub(lambda found: known[_short(found)].url if _short(found) in known else found[0], text)


def _short(found: re.Match[str]) -> str:
    return f"https://{found[1].lower()}/{found[2]}"


def _bare(text: str) -> str:
    """Without surrounding spaces, including invisible ones."""
    while text != (less := text.strip().strip(_UNSEEN)):
        text = less
    return text


def _first(text: str, expected: Collection[str]) -> Ref | None:
    """Raises the first RefError if nothing usable is among them."""
    named = list(named_in(text, expected))
    ref = next((one for one in named if isinstance(one, Ref)), None)
    if ref is None and named and isinstance(named[0], RefError):
        raise named[0]
    return ref


def _addresses(text: str) -> Iterator[str]:
    at = 0
    while found := _ADDRESS.search(text, at):
        end = _END.search(found[0])
        address = found[0][: end.end()] if end and _is_spotifys(found[0]) else found[0]
        if end is None and _OF_USER.search(address):
            address = address.rstrip(".;:!?")  # the sentence's
        at = found.start() + len(address)
        yield address


def _is_spotifys(address: str) -> bool:
    url = _URL.match(address)
    return url is None or url[2].lower() in {HOST, *OTHER_HOSTS}


def _named(text: str, expected: Collection[str]) -> Ref | None:
    if uri := _URI.fullmatch(text):
        return _checked(uri[1].lower(), uri[2], expected)
    if url := _URL.fullmatch(text):
        return _of_url(url[1].lower(), url[2], url[3], expected)
    host, slash, path = text.partition("/")
    if slash and "spotify" in host.lower() and "." in host and not re.search(r"\s", text):
        return _of_url("https", host, slash + path, expected)  # copied without its scheme
    return None


def _of_url(scheme: str, host: str, rest: str, expected: Collection[str]) -> Ref:
    host = host.lower()  # whole: with user info, a port or a trailing dot, it isn't the exact host
    if scheme in {"https", "http"} and host in SHORT_HOSTS:
        raise RefError("short", expected=expected)
    if scheme not in {"https", "http"} or host not in {HOST, *OTHER_HOSTS}:
        raise RefError("host", expected=expected)
    parts = re.split(r"[?#]", rest, maxsplit=1)[0].split("/")[1:]
    while parts and _BEFORE_KIND.fullmatch(parts[0]):
        del parts[0]
    if len(parts) > 2 and parts[0] == "user" and parts[2] == "playlist":
        del parts[:2]  # the old form of playlist addresses
    kind = parts[0] if parts else ""
    if host in OTHER_HOSTS and kind.lower() not in KINDS:
        raise RefError("host", expected=expected)  # a page about the company, not about music
    return _checked(kind.lower() if kind.isascii() else "", "/".join(parts[1:]), expected)


def _checked(kind: str, rest: str, expected: Collection[str]) -> Ref:
    if kind not in expected:
        raise RefError("kind", expected=expected, found=kind if kind in KINDS else "")
    if kind == "user":
        return Ref(kind, _user_of(rest, expected))
    found = _ID.match(rest)
    if found is None or _CUT.match(rest, found.end()):
        raise RefError("id", expected=expected)
    return Ref(kind, found[0])


def _user_of(rest: str, expected: Collection[str]) -> str:
    """The ID in what follows `user`: free text, escaped in an address, and perhaps followed by a page of theirs."""
    user_id = unquote(re.split(r"[/?#]", rest, maxsplit=1)[0])
    if not 1 <= len(user_id) <= 100 or not user_id.strip(". ") or not user_id.isprintable() or ":" in user_id:
        raise RefError("id", expected=expected)
    return user_id
