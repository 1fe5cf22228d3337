"""Numbers and time zones as managers type them."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.shared.core.settings_input import NUMBERS, read_number, read_settings, read_zone
from bot.shared_errors import SettingError
from bot.stores.lists import Settings

ZONES = sorted(set((files("tzdata") / "zones").read_text("ascii").split()) - {"Factory"})
PARTING = [
    ",",
    ".",
    " ",
    "'",
    "\u2019",
    "\u00a0",
    "\u2007",
    "\u2009",
    "\u202f",
    "\u3000",
    "\u066c",
    "\uff0c",
    "\uff0e",
]
ODD = st.sampled_from(["", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff"])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3", 3),
        (" 3\n", 3),
        ("\u200f3\u200e", 3),
        ("\uff13\uff10", 30),
        ("007", 7),
        ("1,000", 1_000),
        ("1.000", 1_000),
        ("1 000", 1_000),
        ("1'000", 1_000),
        ("1\u202f000", 1_000),
        ("\u0661\u066c\u0660\u0660\u0660", 1_000),
        ("\uff11\uff0c\uff10\uff10\uff10", 1_000),
        ("999.999", 999_999),
        ("1.000.000", 1_000_000),
    ],
    ids=ascii,
)
def test_numbers(typed: str, number: int) -> None:
    """Whole numbers in any digits are read, with or without parted thousands."""
    assert read_number("per_member", typed, 1, 1_000_000) == number


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "3.0",
            "3,0",
            "3.00",
            "3.0000",
            "1.5",
            "2,5",
            ".5",
            "5.",
            "0.500",
            "0,001",
            "1,00",
            "10,00",
            "1 5",
            "3. 0",
        ),
        *(
            "1,0000",
            "1000,000",
            "1,00,000",
            "1,000.000",
            "1.000,00",
            "1,000,",
            ",100",
            "1,,000",
            "1, 000",
            "1,000 000",
        ),
        *(
            "",
            "three",
            "1e3",
            "1_000",
            "+3",
            "-3",
            "\u22123",
            "3%",
            "0x3",
            "\u00b2",
            "\u00bd",
            "\u2162",
            "1/2",
            "\u0663\u066b\u0660",
        ),
    ],
    ids=ascii,
)
def test_no_whole_number(typed: str) -> None:
    """A part of a whole is refused and never read as ten times as much; so is everything else."""
    with pytest.raises(SettingError) as refused:
        read_number("per_member", typed, 1, 1_000_000)
    assert (refused.value.field, refused.value.problem) == ("per_member", "number")


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("typed", ["3.0", "3,0", "2.5", "3.00"])
def test_every_setting(field: str, typed: str) -> None:
    """No number among the settings takes a part of a whole."""
    with pytest.raises(SettingError) as refused:
        read_settings(Settings(), {field: typed})
    assert (refused.value.field, refused.value.problem) == (field, "number")


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["", *PARTING]), ODD, ODD)
def test_parted(number: int, sign: str, before: str, after: str) -> None:
    """Thousands may be parted in every way that is usual somewhere."""
    typed = before + f"{number:,}".replace(",", sign) + after
    assert read_number("most_items", typed, 0, 10**9) == number


@given(st.text() | st.from_regex(r"\A\d{1,4}([.,' ]\d{1,4}){0,3}\Z"))
@settings(deadline=None)
def test_any_number(typed: str) -> None:
    """What is read has the digits that were typed, and behind the first group only groups of three."""
    with suppress(SettingError):
        number = read_number("most_items", typed, 0, 10**12)
        first, *groups = re.findall(r"\d+", typed)
        assert number == int(first + "".join(groups))
        assert all(len(group) == 3 for group in groups)


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
