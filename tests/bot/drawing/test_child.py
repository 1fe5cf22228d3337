"""`python -m bot.drawing`: takes figures, gives pictures, says nothing about names, and ends."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.drawing.orders import END, PNG, Bars, pack_orders, read_orders, read_picture
from bot.services.shared.reports.charts import COMMAND, ROOT

if TYPE_CHECKING:
    from pathlib import Path

ORDER = Bars("Who adds", ("Ada", "@everyone"), (2, 1))
PICTURE = PNG + b"123" + END


def run(given: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {"MPLCONFIGDIR": str(folder), "MPLBACKEND": "agg"}
    return subprocess.run(  # noqa: S603 - ours
        COMMAND, input=given, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=60
    )


def test_figures_become_pictures(tmp_path: Path) -> None:
    """One picture of all orders, and not a word beside it."""
    done = run(pack_orders([ORDER, ORDER]), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert read_picture(done.stdout)


@pytest.mark.parametrize("given", [b"", b"[]x", b'[{"type": "Secret Name"}]', b'{"Secret Name": [[['])
def test_nonsense(given: bytes, tmp_path: Path) -> None:
    """What is no order ends it with the kind of failure, and none of what it was given."""
    done = run(given, tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr in {b"DecodeError\n", b"ValidationError\n"}


def test_limits() -> None:
    """Once it has begun, it cannot take more memory, time or room than is meant for it, nor run for ever."""
    script = (
        "import resource, signal; from bot.drawing.__main__ import main; main();"
        "print(*(resource.getrlimit(kind)[1] for kind in"
        " (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)));"
        "print(signal.alarm(0))"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", script],
        input="",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    limits, alarm = done.stdout.splitlines()
    assert limits == f"{1 << 30} 20 {16 << 20} 0"
    assert 0 < int(alarm) <= 60


def test_ways() -> None:
    """Orders and pictures arrive as they were sent; what is cut off or is no picture is noticed."""
    assert read_orders(pack_orders([ORDER])) == (ORDER,)
    assert read_picture(PICTURE) == PICTURE
    for broken in (b"", PICTURE[:-1], PICTURE[1:], b"GIF89a", PICTURE + b"x"):
        with pytest.raises(ValueError, match="whole picture"):
            read_picture(broken)
