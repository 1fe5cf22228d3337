"""What was found: a verdict for each thing looked at, with the reason and the next step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot import VERSION
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    NOT_CHECKED = "not checked"


VERDICT_WIDTH: Final = max(map(len, Verdict)) + 2
CHECK_WIDTH: Final = 22


@dataclass(frozen=True, slots=True)
class Finding:
    """check: what was looked at. step: what to do next; empty if there is nothing to do."""

    check: str
    verdict: Verdict
    reason: str
    step: str = ""


def ok(check: str, reason: str) -> Finding:
    return Finding(check, Verdict.OK, reason)


def warning(check: str, reason: str, step: str) -> Finding:
    return Finding(check, Verdict.WARNING, reason, step)


def problem(check: str, reason: str, step: str) -> Finding:
    return Finding(check, Verdict.PROBLEM, reason, step)


def not_checked(check: str, reason: str, step: str = "") -> Finding:
    return Finding(check, Verdict.NOT_CHECKED, reason, step)


def exit_status(findings: Sequence[Finding]) -> int:
    """1 if anything keeps the bot from doing its job."""
    return int(any(finding.verdict is Verdict.PROBLEM for finding in findings))


def as_text(findings: Sequence[Finding], hide: Callable[[str], str]) -> str:
    """hide: takes secrets out of a text."""
    lines = []
    for finding in findings:
        head = f"{finding.verdict:<{VERDICT_WIDTH}}{finding.check:<{CHECK_WIDTH}}"
        lines.append(f"{head}  {one_line(hide(finding.reason))}")
        if finding.step:
            lines.append(f"{'':{len(head)}}  → {one_line(hide(finding.step))}")
    lines += ["", _sum(findings)]
    return "\n".join(lines)


def as_json(findings: Sequence[Finding], hide: Callable[[str], str]) -> str:
    """The same, for programs."""
    checks = [
        {
            "check": finding.check,
            "verdict": finding.verdict,
            "reason": hide(finding.reason),
            "step": hide(finding.step) or None,
        }
        for finding in findings
    ]
    return json.dumps({"version": VERSION, "healthy": not exit_status(findings), "checks": checks}, indent=2)


def _sum(findings: Sequence[Finding]) -> str:
    counted = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    parts = [f"{number} {_named(verdict, number)}" for verdict, number in counted.items() if number]
    return ", ".join(parts) + "."


def _named(verdict: Verdict, number: int) -> str:
    several = verdict in {Verdict.WARNING, Verdict.PROBLEM} and number > 1
    return f"{verdict}s" if several else verdict.value
