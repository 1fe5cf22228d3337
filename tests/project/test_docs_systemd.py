"""The unit for systemd in the docs has all it needs: a user, a folder, and how it is started at every boot."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OPERATING = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
UNIT = re.findall(r"^```ini\n(.*?)^```$", OPERATING, re.MULTILINE | re.DOTALL)[0]
ANALYZE = shutil.which("systemd-analyze")
COMMANDS = "\n".join(re.findall(r"^```sh\n(.*?)^```$", OPERATING, re.MULTILINE | re.DOTALL))


@pytest.fixture
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign] # systemd's names have capitals
    parser.read_string(UNIT)
    return parser


def test_user_and_folder(unit: configparser.ConfigParser) -> None:
    """The commands make the unit's user, and the one folder it may write to, private, since a missing one stops it."""
    service = unit["Service"]
    user = service["User"]
    assert user != "root"
    assert re.search(rf"^sudo useradd --system .*\b{user}$", COMMANDS, re.MULTILINE)
    folder = service["ReadWritePaths"]
    assert Path(folder).is_relative_to(service["WorkingDirectory"])
    assert f"sudo install -d -m 0700 -o {user} -g {user} {folder}\n" in COMMANDS
    secrets = f"{service['WorkingDirectory']}/.env"
    assert re.search(rf"^sudo chown -R {user}:{user} {folder} {secrets}$", COMMANDS, re.MULTILINE)
    assert f"sudo chmod 600 {secrets}\n" in COMMANDS


def test_started_at_boot(unit: configparser.ConfigParser) -> None:
    """It is enabled under the name of its file, and is wanted by something."""
    [name] = re.findall(r"/etc/systemd/system/([a-z-]+)\.service", OPERATING)
    assert f"sudo systemctl enable --now {name}\n" in COMMANDS
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_exit_statuses(unit: configparser.ConfigParser) -> None:
    """It is not started again where only a person can help."""
    assert unit["Service"]["RestartPreventExitStatus"] == "78"
    assert re.search(r"^\| 78 \|.*\| no,", OPERATING, re.MULTILINE)


if ANALYZE is not None:  # elsewhere, systemd can't be asked

    @pytest.mark.parametrize("question", [["verify"], ["security", "--offline=true", "--threshold=50"]])
    def test_systemd_takes_it(tmp_path: Path, question: list[str]) -> None:
        """The real systemd knows every line of the unit, and counts it among those that are well protected."""
        path = tmp_path / "mixtape.service"
        path.write_text(UNIT.replace("/opt/mixtape/.venv/bin/python", sys.executable), "utf-8")
        result = subprocess.run(  # noqa: S603 - our own docs
            [str(ANALYZE), *question, str(path)], capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
