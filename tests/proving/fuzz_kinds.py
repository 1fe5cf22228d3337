"""The kinds of bad input: what is made up, what it's given to, and what mustn't come of it."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec
from hypothesis import strategies as st

from bot.errors import BotError
from bot.services.shared.core import settings_input
from bot.services.shared.rules import values
from bot.services.track_files.lines import MOST_LINES, UnreadableFileError
from bot.services.track_files.read import read
from bot.shared_errors import SettingError
from bot.stores.lists import Rules, Settings
from bot.web.clients import Buckets
from sandbox.saving import WorldFileError
from sandbox.saving import read as read_world
from sandbox.world import World
from tests.bot.web.site import STRICT, open_site
from tests.cogs import test_list_life, test_views
from tests.cogs.hostile import harms, hidden, markdown_texts, over_limits, plain_texts
from tests.cogs.ui.shared import test_adding_cards, test_card
from tests.cogs.words import test_rules
from tests.proving.fuzz_links import ADDRESSES, PASTED, TEXTS, links_in_a_text, look_alike, pasted
from tests.proving.fuzz_mutations import ID, NAMES, WronglyAcceptedError, bent, broken
from tests.proving.fuzz_spotify import REFUSALS, answers, refusal, token
from tests.proving.fuzzing import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.web.site import Site

SEEDS: Final = st.integers(0, 2**64)
Tags = set[tuple[str, tuple[str, ...]]]  # each with the names of its attributes


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
                Kind("texts with links", TEXTS, links_in_a_text, 4),
                Kind("look-alike hosts", ADDRESSES, look_alike, 4),
                Kind("pasted addresses", PASTED, pasted, 2),
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
                Kind("Spotify's answers", SEEDS, answers(runner), 4),
                Kind("Spotify's refusals", REFUSALS, refusal, 1),
                Kind("Spotify's tokens", SEEDS, lambda seed: runner.run(token(seed)), 1),
                Kind("import files", FILES, _import_file, 2),
                Kind("names in messages", NAMES, _names_in_messages, 0.2),
            ]
        finally:
            logging.disable(logging.NOTSET)
            runner.run(world.close())
            runner.run(opened.__aexit__(None, None, None))


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
