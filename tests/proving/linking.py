"""Linking: every attack we know of, by browsers and members of their own, and who was linked by it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp

from sandbox.visitor import Visitor, consent
from sandbox.world import World
from tests.end_to_end.test_link import begin, enter, is_linked
from tests.proving.report import Section

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_discord.modals import Modal

TITLE: Final = "Linking under attack"
PEOPLE: Final = ("ada", "grace", "linus")  # ada is attacked, or attacks grace; linus is somebody else
MANY: Final = 50
TRIES: Final = 5
IN_SHORT: Final = 4  # every fourth


@dataclass(frozen=True, slots=True)
class Attack:
    """act returns what came of it. linked: who is in the end, since they did nothing wrong. exchanges: of codes with
    Spotify, at most.
    """

    way: str
    name: str
    act: Callable[[World], Awaitable[str]]
    linked: tuple[str, ...] = ()
    exchanges: int = 0


def actor(world: World, name: str) -> Actor:
    return world.discord.actor(name, channel="music")


def other(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


async def paste(member: Actor, reply: Message, address: str) -> str:
    return await submit(member, await (await member.press(reply, "Paste the address")).modal(), address)


async def submit(member: Actor, form: Modal, typed: str) -> str:
    """What is answered to a form that may have been open for long."""
    return _first((await (await member.submit(form, {form.fields[0].custom_id: typed})).reply()).text)


async def status(
    world: World,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    browser: Visitor | None = None,
) -> int:
    """Of an answer that isn't followed. browser: whose cookies are sent."""
    jar = {"Cookie": "; ".join(browser.jar())} if browser else {}
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method, world.public_url + path, headers={**(headers or {}), **jar}, allow_redirects=False
        ) as answer,
    ):
        return answer.status


def path_of(world: World, address: str) -> str:
    return address.removeprefix(world.public_url)


def statuses(found: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(set(found))))


# Somebody else's browser or account


async def sent_page(world: World) -> str:
    attacker, victim = actor(world, "ada"), actor(world, "grace")
    reply, page, _ = await begin(attacker)
    async with Visitor() as browser:
        digits = (await consent(browser, page, "grace")).digits
    theirs, _, _ = await begin(victim)
    await enter(victim, theirs, digits)
    for _ in range(TRIES):
        reply = await enter(attacker, reply, other(digits))
    return _first(reply.text)


async def own_account_for_a_victim(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    reply, _, _ = await begin(actor(world, "linus"))
    async with Visitor() as browser:
        digits = (await consent(browser, page, "linus")).digits
    return _first((await enter(actor(world, "linus"), reply, digits)).text)


async def stolen_spotify_address(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as attacker, Visitor() as victim:
        spotify = await attacker.submit(await attacker.open(page), "Continue")
        shown = await victim.submit(await victim.open(spotify.address), "Agree", person="grace")
        await attacker.open(f"{world.public_url}/linked")
    return (
        f"{shown.status}: {shown.heading}; {_first((await enter(actor(world, 'ada'), reply, '000000')).text)}"
    )


async def stolen_callback(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as owner, Visitor() as thief:
        spotify = await owner.submit(await owner.open(page), "Continue")
        callback = await world.spotify.consent(spotify.address, "ada")
        shown = await thief.open(callback)
    return f"{shown.status}: {shown.heading}"


async def other_cookie(world: World) -> str:
    """Both directions: each comes back with the other's answer."""
    told = []
    async with Visitor() as first, Visitor() as second:
        callbacks = []
        for name, browser in (("ada", first), ("grace", second)):
            _, page, _ = await begin(actor(world, name))
            spotify = await browser.submit(await browser.open(page), "Continue")
            callbacks.append(await world.spotify.consent(spotify.address, name))
        for browser, callback in zip((first, second), reversed(callbacks), strict=True):
            shown = await browser.open(callback)
            told.append(f"{shown.status}: {shown.heading}")
    return "; ".join(dict.fromkeys(told))


async def second_browser(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as first, Visitor() as second:
        opened = await second.open(page)
        digits = (await consent(first, page, "ada")).digits
        refused = [(await second.submit(opened, "Continue")).status, (await second.open(page)).status]
    await enter(actor(world, "ada"), reply, digits)
    return f"{statuses(refused)} for the second browser"


async def code_of_another(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    reply, theirs, _ = await begin(actor(world, "linus"))
    async with Visitor() as browser, Visitor() as second:
        digits = (await consent(browser, page, "ada")).digits
        code = (await consent(second, theirs, "linus")).digits
    answer = await enter(actor(world, "linus"), reply, digits if digits != code else other(digits))
    return _first(answer.text)


async def account_of_another(world: World) -> str:
    await world.link(actor(world, "ada"))
    _, page, _ = await begin(actor(world, "linus"))
    async with Visitor() as browser:
        return (await consent(browser, page, "ada")).heading


# Codes


async def guesses(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        digits = (await consent(browser, page, "ada")).digits
    form = await (await actor(world, "ada").press(reply, "Enter the code")).modal()
    for _ in range(TRIES):
        reply = await enter(actor(world, "ada"), reply, other(digits))
    return f"{_first(reply.text)} {await submit(actor(world, 'ada'), form, digits)}"


async def guesses_at_once(world: World) -> str:
    ada = actor(world, "ada")
    reply, page, _ = await begin(ada)
    async with Visitor() as browser:
        digits = (await consent(browser, page, "ada")).digits
    modals = [await (await ada.press(reply, "Enter the code")).modal() for _ in range(10)]
    wrong, last = modals[:-1], modals[-1]
    runs = [await ada.submit(modal, {modal.fields[0].custom_id: other(digits)}) for modal in wrong]
    await asyncio.gather(*(run.reply() for run in runs))
    answer = await (await ada.submit(last, {last.fields[0].custom_id: digits})).reply()
    return _first(answer.text)


async def early_code(world: World) -> str:
    reply, _, _ = await begin(actor(world, "ada"))
    return _first((await enter(actor(world, "ada"), reply, "123456")).text)


async def expired_code(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        digits = (await consent(browser, page, "ada")).digits
        await world.advance(minutes=10, seconds=1)
        shown = await browser.open(page)
    return f"{shown.status}; {_first((await enter(actor(world, 'ada'), reply, digits)).text)}"


async def cancelled(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        opened = await browser.open(page)
        digits = (await consent(browser, page, "ada")).digits
        form = await (await actor(world, "ada").press(reply, "Enter the code")).modal()
        await browser.submit(opened, "Cancel")
    return await submit(actor(world, "ada"), form, digits)


async def older_link(world: World) -> str:
    old, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        digits = (await consent(browser, page, "ada")).digits
        form = await (await actor(world, "ada").press(old, "Enter the code")).modal()
        await begin(actor(world, "ada"))
        shown = await browser.open(page)
    return f"{shown.status}; {await submit(actor(world, 'ada'), form, digits)}"


# Callbacks


async def forged(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as owner, Visitor() as forger:
        await owner.submit(await owner.open(page), "Continue")
        callback = f"{world.public_url}/callback?code=x&state=y"
        found = [(await browser.open(callback)).heading for browser in (owner, forger)]
    return "; ".join(found)


async def denied(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        return (await consent(browser, page, "ada", button="Cancel")).heading


async def identical(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        spotify = await browser.submit(await browser.open(page), "Continue")
        path = path_of(world, await world.spotify.consent(spotify.address, "ada"))
        found = await asyncio.gather(*(status(world, "GET", path, browser=browser) for _ in range(MANY)))
        digits = (await browser.open(f"{world.public_url}/linked")).digits
    await enter(actor(world, "ada"), reply, digits)
    return f"{found.count(303)} of {MANY} led to the one page with the code"


async def replayed(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        spotify = await browser.submit(await browser.open(page), "Continue")
        callback = await world.spotify.consent(spotify.address, "ada")
        digits = (await browser.open(callback)).digits
        await enter(actor(world, "ada"), reply, digits)
        shown = await browser.open(callback)
    return f"{shown.status}: {shown.heading}"


async def fetched_callback(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        spotify = await browser.submit(await browser.open(page), "Continue")
        callback = await world.spotify.consent(spotify.address, "ada")
        found = await status(world, "HEAD", path_of(world, callback), browser=browser)
        await enter(actor(world, "ada"), reply, (await browser.open(callback)).digits)
    return f"{found} for the scanner"


# The page


async def scanners(world: World) -> str:
    reply, page, _ = await begin(actor(world, "ada"))
    path = path_of(world, page)
    found = [await status(world, method, path) for method in ("GET", "HEAD") for _ in range(10)]
    async with Visitor() as browser:
        await enter(actor(world, "ada"), reply, (await consent(browser, page, "ada")).digits)
    return f"{statuses(found)} for twenty fetches, which changed nothing"


async def foreign_host(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    hosts = ("evil.example", "localhost", "127.0.0.1:1")
    found = {await status(world, "GET", path_of(world, page), {"Host": host}) for host in hosts}
    return statuses(found)


async def foreign_origin(world: World) -> str:
    _, page, _ = await begin(actor(world, "ada"))
    path = path_of(world, page)
    headers: tuple[dict[str, str], ...] = (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    )
    return statuses([await status(world, "POST", path, each) for each in headers])


async def unknown_page(world: World) -> str:
    await begin(actor(world, "ada"))
    found = {await status(world, "GET", f"/link/{secret}") for secret in ("x", "a" * 43, "A" * 4000)}
    return statuses(found)


# Pasting


async def pasted_by_a_thief(world: World) -> str:
    """Both directions: each pastes what the other's browser ended at."""
    began = {name: await begin(actor(world, name)) for name in ("ada", "grace")}
    ends = {name: await world.spotify.consent(spotify, name) for name, (_, _, spotify) in began.items()}
    told = [
        await paste(actor(world, name), began[name][0], ends[victim])
        for name, victim in (("ada", "grace"), ("grace", "ada"))
    ]
    return "; ".join(dict.fromkeys(told))


async def pasted_forgeries(world: World) -> str:
    reply, _, _ = await begin(actor(world, "ada"))
    told = [
        await paste(actor(world, "ada"), reply, address)
        for address in (
            "https://evil.example/callback?code=a&state=b",
            f"{world.public_url}/callback?code=a",
            f"{world.public_url}.evil.example/callback?code=a&state=b",
            f"{world.public_url}/callback?code=a&state={'b' * 43}",
        )
    ]
    return "; ".join(dict.fromkeys(told))


async def pasted_at_once(world: World) -> str:
    ada = actor(world, "ada")
    reply, _, spotify = await begin(ada)
    address = await world.spotify.consent(spotify, "ada")
    modals = [await (await ada.press(reply, "Paste the address")).modal() for _ in range(10)]
    runs = [await ada.submit(modal, {modal.fields[0].custom_id: address}) for modal in modals]
    answers = await asyncio.gather(*(run.reply() for run in runs))
    return f"{len(answers)} pasted, {len({_first(answer.text) for answer in answers})} kinds of answers"


async def pasted_late(world: World) -> str:
    reply, _, spotify = await begin(actor(world, "ada"))
    address = await world.spotify.consent(spotify, "ada")
    await world.advance(minutes=10, seconds=1)
    return await paste(actor(world, "ada"), reply, address)


async def pasted_after_the_page(world: World) -> str:
    """What began in a browser needs that browser's cookie and the code."""
    reply, page, _ = await begin(actor(world, "ada"))
    async with Visitor() as browser:
        spotify = await browser.submit(await browser.open(page), "Continue")
        address = await world.spotify.consent(spotify.address, "ada")
    return await paste(actor(world, "ada"), reply, address)


PAGE, PASTE = "page", "paste"
ADA: Final = ("ada",)
ATTACKS: Final = (
    Attack(PAGE, "the attacker's page is sent to a victim, who agrees; five guesses", sent_page, exchanges=1),
    Attack(
        PAGE,
        "somebody agrees on a victim's page with their own account",
        own_account_for_a_victim,
        exchanges=1,
    ),
    Attack(PAGE, "Spotify's address, past our page, is sent to a victim, who agrees", stolen_spotify_address),
    Attack(PAGE, "the address that Spotify sends the browser back to is stolen", stolen_callback),
    Attack(PAGE, "two come back with each other's answer", other_cookie),
    Attack(PAGE, "a second browser opens the page and goes on", second_browser, ADA, 1),
    Attack(PAGE, "the code is typed by another member, who is linking too", code_of_another, exchanges=2),
    Attack(PAGE, "an account that is linked already", account_of_another, ADA, 2),
    Attack(PAGE, "five wrong codes, then the right one", guesses, exchanges=1),
    Attack(PAGE, "nine wrong codes at once, then the right one", guesses_at_once, exchanges=1),
    Attack(PAGE, "a code before Spotify agreed", early_code),
    Attack(PAGE, "page and code after ten minutes", expired_code, exchanges=1),
    Attack(PAGE, "the code after Cancel", cancelled, exchanges=1),
    Attack(PAGE, "page and code of an older /link", older_link, exchanges=1),
    Attack(PAGE, "a made-up callback, with the cookie and without", forged),
    Attack(PAGE, "No on Spotify's page", denied),
    Attack(PAGE, "fifty identical callbacks at once", identical, ADA, 1),
    Attack(PAGE, "the callback once more after linking", replayed, ADA, 1),
    Attack(PAGE, "a scanner fetches the callback first", fetched_callback, ADA, 1),
    Attack(PAGE, "scanners fetch the page, by GET and HEAD", scanners, ADA, 1),
    Attack(PAGE, "another Host", foreign_host),
    Attack(PAGE, "Continue pressed by another site, or without an Origin", foreign_origin),
    Attack(PAGE, "made-up pages", unknown_page),
    Attack(PASTE, "two paste each other's address", pasted_by_a_thief),
    Attack(PASTE, "made-up addresses", pasted_forgeries),
    Attack(PASTE, "the same address ten times at once", pasted_at_once, ADA, 1),
    Attack(PASTE, "an address after ten minutes", pasted_late),
    Attack(PASTE, "the address of a link that went on in the browser", pasted_after_the_page),
)


async def prove(*, short: bool) -> Section:
    rows, failures = [], []
    for attack in ATTACKS[::IN_SHORT] if short else ATTACKS:
        async with World() as world:
            told = await attack.act(world)
            linked = tuple([name for name in PEOPLE if await is_linked(actor(world, name))])
            codes = sum(call.grant_type == "authorization_code" for call in world.spotify.calls)
        rows.append((attack.way, attack.name, told, ", ".join(linked) or "nobody", str(codes)))
        if linked != attack.linked:
            failures.append(f"{attack.name}: linked {linked}, instead of {attack.linked}")
        if codes > attack.exchanges:
            failures.append(f"{attack.name}: {codes} codes exchanged, instead of {attack.exchanges}")
    allowed = sum(bool(attack.linked) for attack in ATTACKS)
    return Section(
        "Each attack in a world of its own, by members and browsers of their own, with separate cookies. Ada may be"
        f" linked in the end only where she did everything herself, and something came in between: in {allowed}.",
        [f"{len(rows)} attacks, {len(rows) - len(failures)} without success"],
        ("Way", "Attack", "What came of it", "Linked", "Codes exchanged"),
        rows,
        failures,
    )


def _first(text: str) -> str:
    """What matters of an answer: the warning in it, or else its first line."""
    lines = [line for line in text.splitlines() if line.strip()]
    line = next((line.removeprefix("⚠️ ") for line in lines if line.startswith("⚠️")), lines[0])
    return re.sub(r"</(\w+):\d+>", r"/\1", line)
