"""`python -m bot.drawing`: takes figures, gives pictures, says nothing about names, and ends with the bot."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.drawing.orders import END, HEAD, PNG, Bars, framed, pack_orders, read_orders, read_picture
from bot.services.shared.reports.drawing_process import COMMAND, ROOT

if TYPE_CHECKING:
    from pathlib import Path

ORDER = Bars("Who adds", ("Ada", "@everyone"), (2, 1))
PICTURE = PNG + b"123" + END


def run(given: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {"MPLCONFIGDIR": str(folder), "MPLBACKEND": "agg"}
    return subprocess.run(  # noqa: S603 - ours
        COMMAND, input=given, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=60
    )


def answers(output: bytes) -> list[bytes]:
    """What it said, one answer after the other."""
    found = []
    while output:
        (length,) = HEAD.unpack_from(output)
        found.append(output[HEAD.size : HEAD.size + length])
        output = output[HEAD.size + length :]
    return found


def test_figures_become_pictures(tmp_path: Path) -> None:
    """One picture for each time it is asked, of all orders, and not a word beside it; then it ends."""
    done = run(framed(pack_orders([ORDER, ORDER])) + framed(pack_orders([ORDER])), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = answers(done.stdout)
    assert read_picture(first) != read_picture(second)


@pytest.mark.parametrize("given", [b"", b"[]x", b'[{"type": "Secret Name"}]', b'{"Secret Name": [[['])
def test_nonsense(given: bytes, tmp_path: Path) -> None:
    """What is no order ends it with the kind of failure, and none of what it was given."""
    done = run(framed(given) + framed(pack_orders([ORDER])), tmp_path)
    assert (done.returncode, done.stderr) == (1, b"")
    (answer,) = answers(done.stdout)
    assert answer in {b"DecodeError", b"ValidationError"}


def test_limits() -> None:
    """While it draws it cannot take more memory, time or room than is meant for it, nor run for ever."""
    script = (
        "import resource, signal; from bot.drawing import __main__ as child, charts;"
        "limits = lambda: [resource.getrlimit(kind)[0] for kind in"
        " (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)];"
        "charts.draw = lambda _: repr([*limits(), signal.alarm(0)]).encode();"
        "child.main()"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", script],
        input=framed(pack_orders([ORDER])),
        capture_output=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    (answer,) = answers(done.stdout)
    memory, cpu_s, file, core, alarm_s = json.loads(answer)
    assert (memory, file, core) == (1 << 30, 16 << 20, 0)
    assert 20 <= cpu_s < 40  # more than it has used to get ready
    assert 0 < alarm_s <= 60


def test_ways() -> None:
    """Orders and pictures arrive as they were sent; what is cut off or is no picture is noticed."""
    assert read_orders(pack_orders([ORDER])) == (ORDER,)
    assert read_picture(PICTURE) == PICTURE
    for broken in (b"", PICTURE[:-1], PICTURE[1:], b"GIF89a", PICTURE + b"x"):
        with pytest.raises(ValueError, match="whole picture"):
            read_picture(broken)
