"""Tells at the end of a run how many of the bot's bodies Discord's own description judged, and how many it refused."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.fake_discord.oracle import load_oracle

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_SENT = "judged bodies"
_JUDGED = pytest.StashKey[Counter[str]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What this process judged; workers hand it to the process that started them."""
    document = os.environ.get("MIXTAPE_DISCORD_OPENAPI")
    judged = (
        load_oracle(Path(document)).judged if document and load_oracle.cache_info().currsize else Counter()
    )
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_SENT] = dict(judged)
    session.config.stash.setdefault(_JUDGED, Counter()).update(judged)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(_JUDGED, Counter()).update(output.get(_SENT, {}))


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    judged = config.stash.get(_JUDGED, Counter())
    if judged["bodies"]:
        terminalreporter.write_line(
            f"Discord's description judged {judged['bodies']:,} bodies and refused {judged['refused']:,}."
        )
