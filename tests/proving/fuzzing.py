"""Bad input of every kind: an expected error comes of it at once, and nothing is taken for what it isn't."""

from __future__ import annotations

import asyncio
import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings

from tests.proving.fuzz_mutations import WronglyAcceptedError
from tests.proving.report import Section
from tests.proving.tools import ROOT, NotInstalledError, installed, reason, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

TITLE: Final = "Bad input"
SLOWEST_S: Final = 5.0  # for one input; a busy machine makes a fast one slow, but not that slow
SHORT, FULL = 12, 1_200  # inputs for each kind, times what the kind says
COVERAGE_S: Final = 25  # for each kind, by the fuzzer that follows coverage
COVERED: Final = ("links", "files", "bodies", "addresses")  # of coverage_fuzzer.py


@dataclass(frozen=True, slots=True)
class Kind:
    """judge: raises WronglyAcceptedError, or whatever shouldn't have come through. share: of the usual number."""

    name: str
    inputs: SearchStrategy[Any]
    judge: Callable[[Any], object]
    share: float = 1


@dataclass(slots=True)
class Tried:
    """problem: the smallest input that shows it."""

    inputs: int = 0
    crashes: int = 0
    wrong: int = 0
    slowest_s: float = 0
    problem: str = ""


Row = tuple[str, ...]


class TooSlowError(Exception):
    """An input took so long that it holds up everybody."""


async def prove(*, short: bool) -> Section:
    """In a thread, as the kinds have event loops of their own."""
    rows, failures = await asyncio.to_thread(_every_kind, short=short)
    facts = []
    if not short:
        covered, faults, fact = await _by_coverage()
        rows += covered
        failures += faults
        facts.append(fact)
    total = sum(int(row[2].replace(",", "")) for row in rows)
    return Section(
        "Made up by Hypothesis, and by atheris, which follows the coverage of the code. A crash is any exception but "
        "the one meant to say so, or an answer after more than 5 s. A wrong accept: a foreign host taken for "
        "Spotify's, a forged callback, a value out of range, a name that pings, links or breaks a message or a page.",
        [f"{total:,} inputs", *facts],
        ("What", "By", "Inputs", "Crashes", "Wrong accepts", "Slowest"),
        rows,
        failures,
    )


def _every_kind(*, short: bool) -> tuple[list[Row], list[str]]:
    from tests.proving.fuzz_kinds import kinds  # noqa: PLC0415 - half of all tests, which others needn't wait for

    rows: list[Row] = []
    failures: list[str] = []
    with kinds() as found:
        for kind in found:
            number = max(5, round((SHORT if short else FULL) * kind.share))
            tried = attempt(kind, number, repeatable=short)
            rows.append(
                (
                    kind.name,
                    "Hypothesis",
                    f"{tried.inputs:,}",
                    str(tried.crashes),
                    str(tried.wrong),
                    f"{tried.slowest_s * 1000:.0f} ms",
                )
            )
            failures += [f"{kind.name}: {tried.problem}"] * bool(tried.problem)
    return rows, failures


def attempt(kind: Kind, number: int, *, repeatable: bool) -> Tried:
    """So many inputs, or until one shows a problem."""
    tried = Tried()

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        derandomize=repeatable,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.inputs)
    def one(value: object) -> None:
        tried.inputs += 1
        began = time.perf_counter()
        kind.judge(value)
        took = time.perf_counter() - began
        tried.slowest_s = max(tried.slowest_s, took)
        if took > SLOWEST_S:
            raise TooSlowError(f"{took:.1f} s")

    try:
        one()
    except WronglyAcceptedError as error:
        tried.wrong, tried.problem = 1, f"accepted {error}"
    except Exception as error:  # noqa: BLE001 - exactly what is looked for
        tried.crashes, tried.problem = (
            1,
            f"{type(error).__name__}: {error} {' '.join(getattr(error, '__notes__', ()))}"[:600],
        )
    return tried


async def _by_coverage() -> tuple[list[Row], list[str], str]:
    try:
        atheris = await installed("fuzz")
    except NotInstalledError as why:
        return [], [], f"By coverage: not run, as atheris can't be installed here ({why})."
    rows: list[Row] = []
    failures: list[str] = []
    for kind in COVERED:
        ended = await run(
            *("-m", "tests.proving.coverage_fuzzer", kind, f"-max_total_time={COVERAGE_S}", "-max_len=4096"),
            f"-artifact_prefix={atheris}/",  # an input that crashed
            settings={"PYTHONPATH": os.pathsep.join([str(atheris), str(ROOT)])},
        )
        number = re.findall(r"^(?:Done|#)\s*(\d+)", ended.err, re.MULTILINE)
        failed = ended.status != 0
        wrong = failed and WronglyAcceptedError.__name__ in ended.err + ended.out
        inputs = int(number[-1]) if number else 0
        rows.append((kind, "atheris", f"{inputs:,}", str(int(failed and not wrong)), str(int(wrong)), ""))
        if failed:
            failures.append(f"{kind}, by atheris: {reason(ended)} {(ended.out + ended.err)[-300:]}")
    return rows, failures, f"By coverage: {COVERAGE_S} s for each of {len(COVERED)} kinds."
