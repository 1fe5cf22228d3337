"""Time zones as managers type them."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.shared.core.settings_input import read_zone
from bot.shared_errors import SettingError

ZONES = sorted(set((files("tzdata") / "zones").read_text("ascii").split()) - {"Factory"})
ODD = st.sampled_from(["", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff"])


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        (" Europe / Berlin\n", "Europe/Berlin"),
        ("Europe\\Berlin", "Europe/Berlin"),
        ("Ｅｕｒｏｐｅ／Ｂｅｒｌｉｎ", "Europe/Berlin"),  # noqa: RUF001 - what an East Asian keyboard types
        ("america/new york", "America/New_York"),
        ("America/Port\u2011au\u2011Prince", "America/Port-au-Prince"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("Utc", "UTC"),
        ("z", "UTC"),
        ("UTC+0", "UTC"),
        ("utc \u2212 00:00", "UTC"),
        ("+00:00", "UTC"),
        ("gmt", "GMT"),
        ("cet", "CET"),
        ("etc/gmt-2", "Etc/GMT-2"),
        ("Etc/GMT+2", "Etc/GMT+2"),
    ],
    ids=ascii,
)
def test_understood(typed: str, zone: str) -> None:
    """Case, blanks and full-width letters make no difference; nor does the way UTC is written."""
    assert read_zone(typed) == zone


@pytest.mark.parametrize(
    "typed",
    ["UTC+2", "utc-5", "GMT+1", "UTC+05:30", "+02:00", "-3", "utc + 2", "UTC\u22127", "gmt+0545"],
    ids=ascii,
)
def test_offsets(typed: str) -> None:
    """An offset is explained, since it would be an hour wrong for half of the year."""
    with pytest.raises(SettingError) as refused:
        read_zone(typed)
    assert (refused.value.field, refused.value.problem) == ("time_zone", "offset")


@pytest.mark.parametrize(
    "typed",
    [
        "localtime",
        "posixrules",
        "right/UTC",
        "right/Europe/Berlin",
        "posix/Europe/Berlin",
        "Factory",
        "factory",
        "zone.tab",
        "tzdata.zi",
        "leapseconds",
        "Europe",
        "Europe/",
        "/Europe/Berlin",
        "Berlin",
        "../../etc/passwd",
        "/usr/share/zoneinfo/Europe/Berlin",
        "",
        "\0",
        "\ud800",
        "x" * 4000,
    ],
    ids=lambda typed: ascii(typed)[:40],
)
def test_unknown(typed: str) -> None:
    """What is no zone everywhere is refused, also where this machine has a file of that name."""
    with pytest.raises(SettingError) as refused:
        read_zone(typed)
    assert refused.value.problem == "zone"


def test_every_zone() -> None:
    """Every zone is found in small and in capital letters, by its own name and by no other zone's."""
    for zone in ZONES:
        assert read_zone(zone.lower()) == read_zone(zone.upper()) == zone


@given(st.sampled_from(ZONES), ODD, ODD)
@settings(deadline=None)
def test_around(zone: str, before: str, after: str) -> None:
    """What stands invisibly around a name does not hide it."""
    assert read_zone(before + zone + after) == zone


@given(st.text())
@settings(deadline=None)
def test_any_text(typed: str) -> None:
    """Whatever is typed is a zone that can be used, or is refused as one."""
    zone = "UTC"
    with suppress(SettingError):
        zone = read_zone(typed)
    assert ZoneInfo(zone).key in available_timezones()
