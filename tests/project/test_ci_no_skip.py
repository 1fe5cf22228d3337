"""A skip turns the run red with CI=true, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPS_A_TEST = """
import pytest

def test_works():
    pass

@pytest.mark.skip(reason="no part here")
def test_skipped():
    pass
"""
SKIPS_A_MODULE = """
import pytest

pytest.skip("no module here", allow_module_level=True)
"""
EXPECTS_A_FAILURE = """
import pytest

def test_works():
    pass

@pytest.mark.xfail(reason="known")
def test_known():
    raise ValueError
"""


@pytest.mark.parametrize(
    ("source", "ci", "code", "said"),
    [
        (SKIPS_A_TEST, "true", 1, "no part here"),
        (SKIPS_A_MODULE, "true", 1, "no module here"),
        (EXPECTS_A_FAILURE, "true", 0, "xfailed"),
        (SKIPS_A_TEST, "1", 0, "1 skipped"),
        (SKIPS_A_TEST, "", 0, "1 skipped"),
    ],
)
def test_skip_fails_in_ci(tmp_path: Path, source: str, ci: str, code: int, said: str) -> None:
    """Skipped tests and modules fail a CI run and are listed; expected failures do not."""
    (tmp_path / "test_it.py").write_text(source, "utf-8")
    result = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-m", "pytest", "-p", "tests.ci_no_skip", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stdout
    assert said in result.stdout
    assert ("skipped tests fail this run" in result.stdout) is (code == 1)
