"""With CI=true a skipped test fails the run: what was not run was not shown to work (see pyproject.toml)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    # pytest documents this hook argument but exports its type nowhere else.
    from _pytest.terminal import TerminalReporter


def pytest_configure(config: pytest.Config) -> None:
    if must_not_skip(os.environ):
        config.pluginmanager.register(NoSkips(), "no-skips")


def must_not_skip(environ: Mapping[str, str]) -> bool:
    """Only the exact word counts, so that a shell with CI=false or CI=0 means what it says."""
    return environ.get("CI") == "true"


class NoSkips:
    """Collects what was skipped, with the reasons, and turns a green run red."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._remember(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._remember(report)

    def _remember(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.skipped.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped tests fail this run (CI=true)", red=True)
            for line in self.skipped:
                terminalreporter.write_line(line)
