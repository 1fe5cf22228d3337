"""Names are compared in one way everywhere: whatever case, width and make of letters somebody types."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.playlists import Playlists
from bot.services.shared.core.playlists import ListFinder
from bot.stores.lists import name_key, search_key
from tests.bot.link_desk import ADA
from tests.bot.services.conftest import playlist
from tests.shared_records import GUILD
from tests.shared_records import a_list as shared_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.tokens import TokenKeeper
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeClient

TYPED = [
    ("Cafe\u0301 del Mar", "Caf\u00e9 del Mar"),
    ("Caf\u00e9 del Mar", "cafe\u0301 DEL mar"),
    ("Cafe\u0301 del Mar", "cafe del mar"),
    ("Stra\u00dfe", "STRASSE"),
    ("\uff26\uff32\uff29", "fri"),
    ("\ufb01esta", "Fiesta"),
    ("\u212bngstr\u00f6m", "\u00e5ngstr\u00f6m"),
    ("\u1100\u1161 mix", "\uac00 MIX"),
    ("\u30ac\u30e9", "\u30ab\u3099\u30e9"),
    ("\u0130stanbul", "i\u0307stanbul"),
    ("  Padded ", "padded"),
    ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"),
    ("\U0001f468\u200d\U0001f469 Mix", "\U0001f468\u200d\U0001f469 mix"),
    ("Road Trip", "\u200eRo\u200bad\u00ad Trip\ufeff"),
]


@pytest.mark.parametrize(("name", "typed"), TYPED)
async def test_own_playlist(
    keeper: TokenKeeper, client: FakeClient, time: Time, name: str, typed: str
) -> None:
    """A member's own playlist is suggested and found however its name is put together."""
    client.lists = [playlist(1, "Other"), playlist(2, name), playlist(3, f"{name} two")]
    playlists = Playlists(keeper, client, now=time.now)  # type: ignore[arg-type] # the methods that are used
    assert client.lists[1] in await playlists.suggest(ADA, typed)
    assert client.lists[1] in await playlists.suggest(ADA, typed[:-1])
    assert await playlists.find(ADA, typed) == (client.lists[1],)


@pytest.mark.parametrize(("name", "typed"), TYPED)
async def test_shared_playlist(stores: Stores, name: str, typed: str) -> None:
    """A server's list likewise."""
    finder = ListFinder(stores.lists, stores.values)
    made = await stores.lists.create(a_list("1" * 22, list_id="list0001", name=name))
    await stores.lists.create(a_list("2" * 22, list_id="list0002", name=f"{name} two"))
    assert (await finder.find(GUILD, typed)).list_id == made.list_id
    assert made.list_id in {one.list_id for one in await finder.suggest(GUILD, typed)}


def a_list(playlist_id: str, **changes: object) -> SharedPlaylist:
    return shared_list(playlist_id, owner_id=ADA, account_id="ada-account", **changes)


FORMS = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
CASES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str, str.casefold, str.upper, str.title])


@settings(deadline=None)
@given(st.text(max_size=30), FORMS, CASES)
def test_one_form(name: str, form: str, case: Callable[[str], str]) -> None:
    """Every way to put the same letters together is the same name, and what is suggested holds it."""
    typed = unicodedata.normalize(form, name)  # type: ignore[arg-type] # one of the four
    assert name_key(typed) == name_key(name)
    assert name_key(f" {typed}\u3000") == name_key(name)
    assert search_key(typed) == search_key(name)
    assert name_key(name_key(name)) == name_key(name)
    if name.isascii():
        assert name_key(case(typed)) == name_key(name)


UNSEEN = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\ufe0f\U000e0041")


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), UNSEEN), max_size=5))
def test_what_nobody_sees(parts: list[tuple[str, str]]) -> None:
    """What nobody sees, joiners among it, keeps no name from being found."""
    typed = "".join(text + unseen for text, unseen in parts)
    assert search_key(typed) == search_key("".join(text for text, _ in parts))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    name=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=20
    ),
    form=FORMS,
)
async def test_found_in_any_form(
    keeper: TokenKeeper, client: FakeClient, time: Time, name: str, form: str
) -> None:
    """Any name Unicode can spell is found in any of its forms."""
    client.lists = [playlist(2, name)]
    playlists = Playlists(keeper, client, now=time.now)  # type: ignore[arg-type] # the methods that are used
    typed = unicodedata.normalize(form, name)  # type: ignore[arg-type] # one of the four
    if len(typed.strip()) and len(typed) != 22 and "/" not in typed and ":" not in typed:
        assert await playlists.suggest(ADA, typed) == (client.lists[0],)
        assert await playlists.find(ADA, typed) == (client.lists[0],)
