"""People who type for the benchmark do it as people do."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from benchmarks.typing import texts_of

NAME = "The Paper Lanterns of Novaya"


@pytest.mark.parametrize("seed", range(20))
def test_key_by_key(seed: int) -> None:
    """Each key adds a letter or deletes the last one, and in the end the name stands there."""
    texts = ["", *texts_of(NAME, random.Random(seed))]  # noqa: S311 - no secret
    assert texts[-1] == NAME
    for before, after in pairwise(texts):
        longer, shorter = sorted((before, after), key=len, reverse=True)
        assert longer[:-1] == shorter


def test_slips() -> None:
    """Somebody who types long enough slips, and corrects it."""
    texts = list(texts_of(NAME * 10, random.Random(1)))  # noqa: S311 - no secret
    assert any(not NAME.startswith(text[: len(NAME)]) for text in texts)
    assert len(texts) > len(NAME * 10)
