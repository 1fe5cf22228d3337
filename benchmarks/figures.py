"""A measured figure, and the file that keeps them."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """`runs`: how many measurements the value was taken from."""

    name: str
    value: float
    unit: str
    runs: int


def median_and_p99(name: str, seconds: Sequence[float]) -> Iterable[Figure]:
    """The two figures that say how long members wait, in milliseconds."""
    yield Figure(f"{name}, median", round(statistics.median(seconds) * 1000, 2), "ms", len(seconds))
    ninety_ninth = statistics.quantiles(seconds, n=100)[98]
    yield Figure(f"{name}, p99", round(ninety_ninth * 1000, 2), "ms", len(seconds))


def write(path: Path, figures: Sequence[Figure]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
