"""What each action does, and the sentences it says meanwhile."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.errors import BotError
from bot.key_file import KeyList
from bot.keys.rows import counted, in_words, turn
from bot.sealing import Sealer, digest_key, fingerprint, new_key
from bot.storage import DATABASE, key_file, open_beside
from bot.stores.sealed import SealedKind
from bot.system import is_ours

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from bot.key_file import KeyFile
    from bot.keys.rows import Counts
    from bot.settings import Settings
    from bot.stores.sealed import SealedRows

# Longer than a link in progress, whose hashes were made with the key that was first, and than any write under way.
SETTLED_AFTER: Final = timedelta(minutes=15)
BY_HAND: Final = (
    "The keys are in TOKEN_KEYS, which this can't change.\n"
    "Either put them into a file, one per line, and set TOKEN_KEYS_FILE to its path instead. Or change them by hand, "
    "and restart every bot after each step:\n"
    "1. Make a key, and put it last:"
    ' python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"\n'
    "2. Put it first, and run: python -m bot keys rotate\n"
    "3. Once `python -m bot keys list` shows that the old key seals nothing, remove it."
)
EMPTY: Final[Counts] = Counter()


class RefusedError(BotError):
    """As text: what is in the way, and what to do."""


async def show(settings: Settings, chosen: Namespace) -> AsyncIterator[str]:
    held, where = _held(settings)
    async with _rows(settings) as rows:
        counts = await _counts(rows, held)
    yield _as_json(held, where, counts) if chosen.json else _as_text(held, where, counts)


async def add(settings: Settings, _: Namespace) -> AsyncIterator[str]:
    with _changing(settings) as file:
        held = file.load()
        if held.next is not None:
            raise RefusedError(
                f"{fingerprint(held.next)} was added before and isn't the first key yet. Run: python -m bot keys rotate"
            )
        key = new_key()
        file.replace(replace(held, keys=(*held.keys, key), next=key))
    yield (
        f"Added {fingerprint(key)}. So far, it only opens.\n"
        f"Back up {file.path} now, apart from the database. Then run: python -m bot keys rotate"
    )


async def rotate(settings: Settings, _: Namespace) -> AsyncIterator[str]:
    if key_file(settings) is None:
        yield await _turn_all(settings, _held(settings)[0])
        return
    with _changing(settings) as file:
        held = file.load()
        async with _rows(settings):
            pass  # the database is there, and nothing has to be left half done
        if held.next is not None:
            others = [key for key in held.keys if key != held.next]
            held = replace(held, keys=(held.next, *others), next=None)
            file.replace(held)
            yield f"{fingerprint(held.keys[0])} is the first key now."
        yield await _turn_all(settings, held)


async def drop(settings: Settings, chosen: Namespace) -> AsyncIterator[str]:
    with _changing(settings) as file:
        held = file.load()
        key = next((one for one in held.keys if fingerprint(one) == chosen.fingerprint), None)
        if key is None:
            known = ", ".join(map(fingerprint, held.keys))
            raise RefusedError(f"No key in {file.path} has this fingerprint. There are: {known}.")
        if key == held.keys[0]:
            raise RefusedError(
                f"{chosen.fingerprint} is the first key, which seals what is stored. First run: python -m bot keys "
                "add, then: python -m bot keys rotate"
            )
        if key != held.next:
            _must_be_settled(file)
        async with _rows(settings) as rows:
            sealed = (await _counts(rows, held)).get(held.keys.index(key), EMPTY)
        if sealed.total():
            raise RefusedError(
                f"{chosen.fingerprint} still seals {in_words(sealed)}. First run: python -m bot keys rotate"
            )
        left = tuple(one for one in held.keys if one != key)
        if key == held.next:
            held = replace(held, keys=left, next=None)
        else:  # what was hashed with it for long must still be recognised
            held = replace(held, keys=left, former=(*held.former, digest_key(key)))
        file.replace(held)
    yield (
        f"Dropped {chosen.fingerprint}; {len(left)} left. Database backups from before the rotation need it: keep it "
        "with them, or make a new backup and delete them."
    )


ACTIONS: Final[Mapping[str, Callable[[Settings, Namespace], AsyncIterator[str]]]] = {
    "list": show,
    "add": add,
    "rotate": rotate,
    "drop": drop,
}


@contextmanager
def _changing(settings: Settings) -> Iterator[KeyFile]:
    """The file, for this process alone. Raises RefusedError if it can't be changed."""
    file = key_file(settings)
    if file is None:
        raise RefusedError(BY_HAND)
    try:
        facts = file.path.stat()
    except FileNotFoundError:
        raise RefusedError(f"{file.path} isn't there yet; the bot creates it when it first starts.") from None
    if not is_ours(facts):
        raise RefusedError(
            f"{file.path} belongs to another user, who couldn't read it afterwards. Run this as the bot's user."
        )
    with file.alone() as alone:
        if not alone:
            raise RefusedError("Another `python -m bot keys` is running. Wait until it's done.")
        yield file


def _must_be_settled(file: KeyFile) -> None:
    until = file.path.stat().st_mtime + SETTLED_AFTER.total_seconds()
    if until > time.time():
        raise RefusedError(
            "The key file changed a short while ago, and links in progress may still need the key. Try again at "
            f"{datetime.fromtimestamp(until, UTC):%H:%M:%S} UTC."
        )


async def _turn_all(settings: Settings, held: KeyList) -> str:
    async with _rows(settings) as rows:
        turned = await turn(rows, Sealer(held.keys)) if rows is not None else 0
        counts = await _counts(rows, held)
    first = fingerprint(held.keys[0])
    lines = [f"{first} seals {in_words(counts.get(0, EMPTY))}; {turned} of them turned just now."]
    if lost := counts.get(None):
        lines.append(
            f"No key opens {in_words(lost)}. Put back the key they were sealed with, and run this again."
        )
    older = ", ".join(fingerprint(key) for place, key in enumerate(held.keys) if place and key != held.next)
    if older:
        lines.append(
            f"No longer needed after 15 minutes: {older}. Then run: python -m bot keys drop FINGERPRINT"
        )
    elif not turned:
        lines.append("There is no other key. To make one, run: python -m bot keys add")
    return "\n".join(lines)


def _held(settings: Settings) -> tuple[KeyList, str]:
    """And where they are. Raises RefusedError if there are none yet."""
    file = key_file(settings)
    if file is None:
        return KeyList(settings.token_keys or ()), "TOKEN_KEYS"
    try:
        return file.load(), str(file.path)
    except FileNotFoundError:
        raise RefusedError(f"{file.path} isn't there yet; the bot creates it when it first starts.") from None


@asynccontextmanager
async def _rows(settings: Settings) -> AsyncIterator[SealedRows | None]:
    """Beside the running bot. None: there is no database yet."""
    if not settings.mongodb_uri and not (settings.data_dir / DATABASE).exists():
        yield None
        return
    async with open_beside(settings, Sealer([new_key()])) as beside:  # it opens nothing by itself
        if beside.schema != beside.newest:
            step = (
                "Run the newer version."
                if beside.schema > beside.newest
                else "Start the bot once: it upgrades it."
            )
            raise RefusedError(
                f"The database is that of another version of the bot (schema {beside.schema}; this one needs "
                f"{beside.newest}). {step}"
            )
        yield beside.stores.sealed


async def _counts(rows: SealedRows | None, held: KeyList) -> Mapping[int | None, Counts]:
    return {} if rows is None else await counted(rows, Sealer(held.keys))


def _role(place: int, key: str, held: KeyList) -> str:
    if not place:
        return "first"
    return "next" if key == held.next else "older"


def _as_text(held: KeyList, where: str, counts: Mapping[int | None, Counts]) -> str:
    lines = [f"Keys in {where}:"]
    for place, key in enumerate(held.keys):
        seals = in_words(counts.get(place, EMPTY))
        lines.append(f"{fingerprint(key)}  {_role(place, key, held):<5}  seals {seals}")
    if lost := counts.get(None):
        lines.append(f"No key opens {in_words(lost)}. Put back the key they were sealed with.")
    return "\n".join(lines)


def _as_json(held: KeyList, where: str, counts: Mapping[int | None, Counts]) -> str:
    def rows(place: int | None) -> dict[str, int]:
        return {kind: counts.get(place, EMPTY)[kind] for kind in SealedKind}

    keys: list[dict[str, Any]] = [
        {"fingerprint": fingerprint(key), "role": _role(place, key, held), "seals": rows(place)}
        for place, key in enumerate(held.keys)
    ]
    return json.dumps({"where": where, "keys": keys, "unreadable": rows(None)}, indent=2)
