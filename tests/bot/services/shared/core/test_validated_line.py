"""Names members type: one line that can be seen."""

from __future__ import annotations

import pytest

from bot.services.shared.core.settings_input import validated_line
from bot.shared_errors import SettingError

UNSEEN = (
    "\u200b",
    "\u2060\u200d",
    "\u3164",
    "\u2800 \u2800",
    "\u034f\u0301",
    "\U000e0041",
    "\ue000",
    "\ufe0f",
)


@pytest.mark.parametrize("name", UNSEEN, ids=ascii)
def test_unseen(name: str) -> None:
    """A name of which nothing can be seen is none."""
    with pytest.raises(SettingError) as refused:
        validated_line("name", name, 100)
    assert (refused.value.field, refused.value.problem) == ("name", "invisible")


@pytest.mark.parametrize("name", ["a", "7", "!", "🎵", "♥\ufe0f", "夜", "नमस्ते", "👩\u200d🎤"], ids=ascii)
def test_seen(name: str) -> None:
    """One letter, number or sign of any script is enough, whatever else stands around it."""
    assert validated_line("name", f" {name}\n{name} ", 100) == f"{name} {name}"


@pytest.mark.parametrize("name", ["", " \n", "x" * 101])
def test_length(name: str) -> None:
    """Nothing at all, and too much, are refused for their length."""
    with pytest.raises(SettingError) as refused:
        validated_line("name", name, 100)
    assert refused.value.problem == "length"
