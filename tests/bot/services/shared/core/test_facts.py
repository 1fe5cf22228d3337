"""Small facts come back as they were kept, and as an older bot kept them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.core.facts import Facts
from bot.services.shared.core.playlists import ListFinder
from bot.services.shared.core.rotation_progress import Former, Kind, RotationProgress, RotationProgresses
from bot.services.shared.reconciliation.drift import Look
from bot.services.shared.reconciliation.projection import ExternalEdit
from bot.services.shared.reconciliation.restore_saga import RestoreProgress, restore_progresses
from bot.stores.lists import Mode
from tests.shared_records import GUILD, a_list

if TYPE_CHECKING:
    from bot.stores import Stores

AT = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
BODY = "2026-11-20T12:00:00.250000Z"


@dataclass(frozen=True, slots=True)
class Planned:
    name: str
    mode: Mode
    at: datetime
    again: timedelta = timedelta(days=1)  # came later


async def test_kept(stores: Stores) -> None:
    """One for each thing, until another takes its place or it is dropped."""
    facts = Facts(stores.values, "planned", Planned)
    assert await facts.get("a") is None
    first = Planned("one", Mode.VOTE, AT)
    assert await facts.put("a", first) == first
    await facts.put("b", Planned("other", Mode.OPEN, AT))
    assert await facts.get("a") == first
    assert await Facts(stores.values, "plan", Planned).get("a") is None
    await facts.put("a", second := Planned("two", Mode.OPEN, AT, timedelta()))
    assert await facts.get("a") == second
    await facts.drop("a")
    assert await facts.get("a") is None
    assert await facts.get("b") is not None


@pytest.mark.parametrize(
    ("kind", "fact", "kept"),
    [(str, "list0001", "list0001"), (int, 2**63 - 1, str(2**63 - 1)), (datetime, AT, BODY), (str, '"', '"')],
)
async def test_plain(stores: Stores, kind: type[Any], fact: object, kept: str) -> None:
    """What is plain is stored as it is, without quotation marks around it."""
    facts = Facts(stores.values, "plain", kind, plain=True)
    await facts.put(None, fact)
    assert await stores.values.get("plain") == kept
    assert await facts.get(None) == fact


@pytest.mark.parametrize(
    ("key", "body", "facts", "fact"),
    [
        (
            "planned:a",
            f'{{"name":"one","mode":"vote","at":"{BODY}"}}',
            ("planned", Planned),
            Planned("one", Mode.VOTE, AT),
        ),
        ("digest:a", AT.isoformat(), ("digest", datetime, True), AT),
        ("owners looked after", f'"{AT.isoformat()}"', ("owners looked after", datetime), AT),
        ("made playlist:a", "1057711882471231500", ("made playlist", int, True), 1057711882471231500),
        (
            "truth:a",
            (
                f'{{"read_at":"{BODY}","beside":2,"version":"v","foreign":'
                f'{{"list_id":"a","found":1,"missed":2,"moved":0,"before":3,"at":"{BODY}"}}}}'
            ),
            ("truth", Look),
            Look(read_at=AT, beside=2, version="v", foreign=ExternalEdit("a", 1, 2, 0, 3, AT)),
        ),
    ],
)
async def test_of_an_older_bot(
    stores: Stores, key: str, body: str, facts: tuple[str, type[Any], bool], fact: object
) -> None:
    """What a bot stored before there was a common way for it is read."""
    name, kind, *plain = facts
    await stores.values.put(key, body)
    about = key.partition(":")[2] or None
    assert await Facts(stores.values, name, kind, plain=bool(plain)).get(about) == fact


async def test_everything(stores: Stores) -> None:
    """All of one name are found, without what was dropped, by an older bot too, and without those of other names."""
    facts, others = Facts(stores.values, "round", int), Facts(stores.values, "rounds", int)
    for about in ("a", "b", "c"):
        await facts.put(about, ord(about))
    await others.put("d", 4)
    await facts.drop("b")
    await stores.values.put("round:e", "")
    assert await facts.everything() == (ord("a"), ord("c"))
    assert await facts.get("b") is None


async def test_work_of_an_older_bot(stores: Stores) -> None:
    """A round and a restore that an older bot began are found, and what it kept of earlier rounds."""
    moments = f'"began_at":"{BODY}","not_before":"{BODY}"'
    await stores.values.put("round:a", f'{{"list_id":"a","kind":"drop","ended":3,{moments},"tries":2}}')
    await stores.values.put("rounds:a", f'[{{"number":2,"playlist_id":"p","ended_at":"{BODY}","count":4}}]')
    await stores.values.put("restoring:a", f'{{"list_id":"a","number":5,"before":6,"actor_id":7,{moments}}}')
    rounds = RotationProgresses(stores.values)
    assert await rounds.under_way("a") == RotationProgress("a", Kind.DROP, 3, AT, AT, tries=2)
    assert await rounds.former("a") == (Former(2, "p", AT, 4),)
    assert await restore_progresses(stores.values).get("a") == RestoreProgress("a", 5, 6, 7, AT, AT)


async def test_default_list_of_an_older_bot(stores: Stores) -> None:
    """The default list stays what it was; so does that there is none."""
    shared = await stores.lists.create(a_list("p", owner_id=7, account_id="owner"))
    finder = ListFinder(stores.lists, stores.values)
    await stores.values.put(f"default list:{GUILD}", shared.list_id)
    assert await finder.default(GUILD) == shared
    await stores.values.put(f"default list:{GUILD}", "")
    assert await finder.default(GUILD) is None
    await finder.set_default(GUILD, shared.list_id)
    assert await finder.default(GUILD) == shared
    await finder.set_default(GUILD, None)
    assert await finder.default(GUILD) is None
