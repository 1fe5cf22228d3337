"""The kinds of bad input: what is made up, what it's given to, and what mustn't come of it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from hypothesis import strategies as st

from bot.errors import BotError, PastedAddressError
from bot.services.pasted_address import read_address
from bot.services.shared.core import settings_input
from bot.services.shared.rules import values
from bot.services.track_files.lines import MOST_LINES, UnreadableFileError
from bot.services.track_files.read import read
from bot.shared_errors import SettingError
from bot.spotify import responses
from bot.spotify.client import SpotifyClient
from bot.spotify.errors import RefError, SpotifyError
from bot.spotify.models.refs import HOST, Ref
from bot.spotify.oauth import AppToken, OAuth, UserToken
from bot.spotify.refs import KINDS, OTHER_HOSTS, named_in, parse_ref, ref_in, short_links_in, with_followed
from bot.spotify.scopes import Scope
from bot.spotify.transport import Request, Response
from bot.stores.lists import Rules, Settings
from bot.web.clients import Buckets
from sandbox.saving import WorldFileError
from sandbox.saving import read as read_world
from sandbox.world import World
from tests.bot.spotify.described import API_URL, Described
from tests.bot.spotify.every_call import CALLS, Chance
from tests.bot.web.site import STRICT, open_site
from tests.cogs import test_list_life, test_views
from tests.cogs.hostile import harms, hidden, markdown_texts, over_limits, plain_texts
from tests.cogs.ui.shared import test_adding_cards, test_card
from tests.cogs.words import test_rules
from tests.proving.fuzz_mutations import NAMES, ODD, WronglyAcceptedError, bent, broken
from tests.proving.fuzzing import Kind
from tests.spotify_description.description import Description, file_of_description

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bot.web.site import Site

ID: Final = "4uLU6hMCjMI75M1A2tKUQC"
SEEDS: Final = st.integers(0, 2**64)
RECORDED: Final = Path(__file__).resolve().parents[1] / "data" / "spotify"
SPOTIFYS: Final = frozenset({HOST, *OTHER_HOSTS})
Tags = set[tuple[str, tuple[str, ...]]]  # each with the names of its attributes
NOW: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
REDIRECT: Final = "http://127.0.0.1:8080/callback"


@contextmanager
def kinds() -> Iterator[list[Kind]]:
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        opened = open_site(Path(folder), buckets=Buckets(burst=10**9, per_second=10**9))
        site = runner.run(opened.__aenter__())
        world = World(bot="none")
        runner.run(world.__aenter__())
        logging.disable(logging.CRITICAL)  # the access log of thousands of requests
        try:
            harmless = runner.run(_harmless(site))
            saved = json.loads(runner.run(world.save()))
            yield [
                Kind("texts with links", TEXTS, _links_in_a_text, 4),
                Kind("look-alike hosts", ADDRESSES, _look_alike, 4),
                Kind("pasted addresses", PASTED, _pasted, 2),
                Kind(
                    "callback queries",
                    QUERIES,
                    lambda query: runner.run(_callback(site, harmless, query)),
                    0.5,
                ),
                Kind("pages' names", NAMES, lambda name: runner.run(_page(site, name)), 0.2),
                Kind("rule values", RULE_VALUES, _rule_value, 2),
                Kind("form fields", FORM_FIELDS, _form_field, 2),
                Kind("world files", SEEDS, lambda seed: _world_file(world, saved, seed), 0.2),
                Kind("Spotify's answers", SEEDS, _answers(runner), 4),
                Kind("Spotify's refusals", REFUSALS, _refusal, 1),
                Kind("Spotify's tokens", SEEDS, lambda seed: runner.run(_token(seed)), 1),
                Kind("import files", FILES, _import_file, 2),
                Kind("names in messages", NAMES, _names_in_messages, 0.2),
            ]
        finally:
            logging.disable(logging.NOTSET)
            runner.run(world.close())
            runner.run(opened.__aexit__(None, None, None))


# Links

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


def _links_in_a_text(text: str) -> None:
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
    if (
        found.kind not in KINDS
        or len(found.id) != len(ID)
        or not found.id.isascii()
        or not found.id.isalnum()
    ):
        raise WronglyAcceptedError(f"{found!r} in {text!r}")
    if found.id not in text:
        raise WronglyAcceptedError(f"{found!r}, which isn't in {text!r}")


def _look_alike(address: str) -> None:
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


def _pasted(text: str) -> None:
    try:
        read_address(text, REDIRECT)
    except PastedAddressError:
        return
    bare = "".join(text.split()).removeprefix("<")
    if urlsplit(bare).netloc != urlsplit(REDIRECT).netloc:
        raise WronglyAcceptedError(repr(text))


# Our pages

WORDS: Final = (
    NAMES | st.text(max_size=40) | st.sampled_from(("x" * 3_000, "<script>alert(1)</script>", "\r\nX: y"))
)
QUERIES: Final = st.lists(st.tuples(st.sampled_from(("code", "state", "error", "x", "")), WORDS), max_size=4)


async def _harmless(site: Site) -> Tags:
    """What the pages of a refused callback are made of."""
    found: Tags = set()
    for query in ("", "?code=a&state=b", "?error=a&state=b", "?code=a&code=b", "?state=b"):
        found |= _tags((await site.browser().get(f"/callback{query}")).text)
    return found


async def _callback(site: Site, harmless: Tags, query: list[tuple[str, str]]) -> None:
    text = "&".join(f"{name}={quote(word.encode('utf-8', 'replace'))}" for name, word in query)
    browser = site.browser()
    browser.cookies["__Host-mixtape"] = quote(query[0][1].encode("utf-8", "replace"))[:200] if query else ""
    page = await browser.get(f"/callback?{text}")
    if page.status >= 500:
        raise AssertionError(f"status {page.status}")
    if page.status < 400 or site.desk.spotify.exchanges:
        raise WronglyAcceptedError(f"{text!r} with status {page.status}")
    if page.strict_headers() != STRICT or _tags(page.text) - harmless:
        raise WronglyAcceptedError(f"{text!r}, which changed the page or its headers")


async def _page(site: Site, name: str) -> None:
    harmless = await site.browser().get(f"/link/{await site.desk.token(name='x')}")
    page = await site.browser().get(f"/link/{await site.desk.token(name=name)}")
    if _tags(page.text) != _tags(harmless.text) or hidden(page.text.replace("\n", "")):
        raise WronglyAcceptedError(f"{name!r}, which changed the page")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Tags = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))


def _tags(html: str) -> Tags:
    parser = _Tags()
    parser.feed(html)
    return parser.found


# Rules and forms

TYPED: Final = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**12), 10**12).map(str),
    st.sampled_from(
        (
            "",
            " ",
            "1,000",
            "1.000",
            "½",
            "٣",
            "1e9",
            "0x10",
            "+1",
            "1" * 5_000,
            "3:30",
            "99:99:99",
            "yes",
            "ja",
        )
    ),
    NAMES,
    st.lists(NAMES, max_size=30).map("\n".join),
)
RULE_VALUES: Final = st.tuples(st.sampled_from(sorted(values._READERS)), TYPED)
FORM_FIELDS: Final = st.tuples(
    st.sampled_from(
        sorted(
            {*settings_input.NUMBERS, "time_zone", *settings_input.TICKS, *settings_input.CHOICES, "unknown"}
        )
    ),
    TYPED
    | st.sampled_from(
        ("Europe/Berlin", "../../etc/passwd", "utc+2", "Z", "/", "Etc/GMT+5", "zone.tab", "\x00")
    ),
)
MOST: Final = 100_000


def _rule_value(typed: tuple[str, str]) -> None:
    try:
        changed = values.read_rules(Rules(), dict([typed]))
    except SettingError:
        return
    _must_be_sane(changed, typed)


def _form_field(typed: tuple[str, str]) -> None:
    try:
        changed = settings_input.read_settings(Settings(), dict([typed]))
    except SettingError:
        return
    _must_be_sane(changed, typed)


def _must_be_sane(changed: Any, typed: tuple[str, str]) -> None:
    kept = msgspec.to_builtins(changed)
    if msgspec.convert(json.loads(json.dumps(kept)), type(changed)) != changed:
        raise WronglyAcceptedError(f"{typed!r}, which isn't what is kept")
    value = kept[typed[0]]
    if isinstance(value, int) and not 0 <= value <= MOST:
        raise WronglyAcceptedError(f"{typed!r} as {value}")
    if isinstance(value, list) and (len(value) > values.MOST_WORDS or any(hidden(word) for word in value)):
        raise WronglyAcceptedError(f"{typed!r} as {value}")


# Files


def _world_file(world: World, saved: Any, seed: int) -> None:
    random = Random(seed)
    data = json.dumps(bent(saved, random)).encode()
    if random.random() < 0.3:
        data = broken(data, random)
    try:
        read_world(world._parts, data)
    except WorldFileError:
        return


IMPORTED: Final = (
    (
        "a.csv",
        "Track URI,Track Name,Artist Name(s),Album Name,ISRC\nspotify:track:"
        + ID
        + ',"A, b",C,D,USABC1234567\n',
    ),
    ("a.tsv", "title\tartist\tduration\nSong\tBand\t3:20\n"),
    (
        "a.jspf",
        json.dumps(
            {"playlist": {"title": "x", "track": [{"title": "a", "creator": "b", "location": ["x"]}]}}
        ),
    ),
    (
        "a.xspf",
        '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><title>a</title></track></trackList></playlist>',
    ),
    ("a.m3u8", "#EXTM3U\n#EXTINF:200,Band - Song\nhttp://x/y.mp3\n"),
    ("a.txt", f"Band - Song\nhttps://open.spotify.com/track/{ID}\n1. Other - Thing (3:20)\n"),
)
FILES: Final = st.tuples(st.sampled_from(IMPORTED), SEEDS, st.binary(max_size=200), st.text(max_size=10))


def _import_file(made: tuple[tuple[str, str], int, bytes, str]) -> None:
    (name, text), seed, noise, ending = made
    random = Random(seed)
    data = broken(text.encode(), random) + (noise if random.random() < 0.3 else b"")
    try:
        found = read(name if random.random() < 0.8 else ending, data)
    except UnreadableFileError:
        return
    if not 1 <= len(found.lines) <= MOST_LINES:
        raise WronglyAcceptedError(f"{len(found.lines)} lines")


# Spotify

REFUSALS: Final = st.tuples(
    st.integers(100, 599),
    st.binary(max_size=60)
    | st.sampled_from(ODD).map(lambda value: json.dumps({"error": value}).encode())
    | st.sampled_from(ODD).map(
        lambda value: json.dumps({"error": {"message": value, "reason": value}}).encode()
    )
    | st.sampled_from(ODD).map(
        lambda value: json.dumps({"error": "invalid_grant", "error_description": value}).encode()
    ),
)


def _refusal(refused: tuple[int, bytes]) -> None:
    status, body = refused
    for reads in (responses.error_of, responses.token_error_of):
        error = reads(status, body)
        if not isinstance(error, SpotifyError):
            raise WronglyAcceptedError(f"{refused!r} as {error!r}")
        str(error)
    responses.quota_used_up(body)


class Spoiled:
    """A Spotify that answers what its description or a recording says, spoiled."""

    def __init__(self, random: Random) -> None:
        self._random = random
        file = file_of_description()
        self._described = Described(Description(file, extended=False, strict=False)) if file else None
        self._recorded = [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("*.json"))]

    def begin(self, seed: int) -> None:
        self._random.seed(seed)
        if self._described is not None:
            self._described.random = self._random

    async def send(self, request: Request, /) -> Response:
        random = self._random
        document: Any = random.choice(self._recorded)
        if self._described is not None and random.random() < 0.9:
            try:
                answer = await self._described.send(request)
                document = json.loads(answer.body or b"null")
            except (LookupError, AssertionError):  # a call that only apps with extended quota have
                pass
        body = json.dumps(bent(document, random)).encode()
        if random.random() < 0.3:
            body = broken(body, random)
        status = random.choices((200, 201, 204, 304, 400, 401, 403, 404, 418), (60, 5, 2, 1, 2, 2, 2, 2, 1))[
            0
        ]
        return Response(status, body)


def _answers(runner: asyncio.Runner) -> Callable[[int], None]:
    random = Random(0)
    spoiled = Spoiled(random)
    client = SpotifyClient(spoiled, api_url=API_URL, market="SE")
    chance = Chance(random, AppToken("a", NOW), UserToken("u", frozenset(Scope)))

    async def one(seed: int) -> None:
        spoiled.begin(seed)
        _, call = random.choice(CALLS)
        try:
            async with asyncio.timeout(10):
                await call(client, chance)
        except SpotifyError:
            return

    return lambda seed: runner.run(one(seed))


async def _token(seed: int) -> None:
    random = Random(seed)
    documents = [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("token-*.json"))]

    class Spoiling:
        async def send(self, _: Request, /) -> Response:
            body = json.dumps(bent(random.choice(documents), random)).encode()
            return Response(
                random.choice((200, 200, 400, 401)), broken(body, random) if random.random() < 0.3 else body
            )

    oauth = OAuth(Spoiling(), client_id="c", client_secret="s", redirect_uri=REDIRECT, now=lambda: NOW)
    try:
        grant = await oauth.refresh("r")
    except SpotifyError:
        return
    life_s = (grant.expires_at - NOW).total_seconds()
    if not grant.access or not 0 <= life_s <= 24 * 3600:
        raise WronglyAcceptedError(f"a token for {life_s} s")


# Names

VIEWS: Final = [
    *((f"views: {name}", view) for name, view in test_views.VIEWS.items() if name != "begun"),
    *((f"list life: {name}", view) for name, view in test_list_life.VIEWS.items()),
    *((f"rules: {name}", view) for name, view in test_rules.VIEWS.items()),
    *((f"adding: {name}", view) for name, view in test_adding_cards.VIEWS.items()),
    *((f"cards: {name}", view) for name, view in test_card.VIEWS.items()),
]
OURS: Final = [f"<@{number}>" for number in (test_card.PROPOSER, test_card.OPENER, test_card.CURATOR)]


def _names_in_messages(name: str) -> None:
    for place, view in VIEWS:
        try:
            reply = view(name)
        except BotError:
            continue
        texts = list(markdown_texts(reply))
        for ours in OURS:
            texts = [text.replace(ours, "") for text in texts]
        found = [hit for text in texts for hit in harms(text)]
        found += [hit for text in plain_texts(reply) for hit in hidden(text)] + over_limits(reply)
        if found:
            raise WronglyAcceptedError(f"{name!r} in {place}: {found[:3]}")
