"""Known vulnerabilities in what the bot installs, and a list of its parts (CycloneDX), where their source answers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.proving.report import Section
from tests.proving.tools import NOBODY, ROOT, NotInstalledError, installed, reason, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.proving.tools import Ended

TITLE: Final = "Dependencies"
LOCKS: Final = ("run", "dev", "bench")
SBOM: Final = ROOT / ".cache" / "mixtape.cdx.json"


async def prove(*, short: bool) -> Section:
    """Short: as on a machine without a network, where it must not claim that anything was checked."""
    says = (
        "`pip-audit` asks PyPI about every pinned version; `cyclonedx-py` writes the list of parts. Both are installed "
        "away from `.venv`, by the hashes in `requirements/audit.txt`."
    )
    try:
        if short:
            with tempfile.TemporaryDirectory() as folder:
                tools = await installed("audit", into=Path(folder), index=NOBODY)
        else:
            tools = await installed("audit")
    except NotInstalledError as why:
        return Section(
            says, [f"Vulnerabilities: not checked, as pip-audit can't be installed ({why})."], failures=[]
        )
    found = {"PYTHONPATH": str(tools)}
    facts, failures = [], []
    for lock in LOCKS:
        ended = await run(
            *("-m", "pip_audit", "--requirement", f"requirements/{lock}.txt"),
            *("--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"),
            settings=found,
        )
        said, holes = judged(ended)
        facts.append(f"`requirements/{lock}.txt`: {said}")
        failures += [f"requirements/{lock}.txt: {hole}" for hole in holes]
    SBOM.parent.mkdir(exist_ok=True)
    ended = await run(
        *("-m", "cyclonedx_py", "requirements", "requirements/run.txt", "--pyproject=pyproject.toml"),
        f"--output-file={SBOM}",
        settings=found,
    )
    facts.append(f"Parts: {_parts(ended)}")
    return Section(says, facts, failures=failures)


def judged(ended: Ended) -> tuple[str, Sequence[str]]:
    """What pip-audit found, in words, and each known vulnerability. It calls packages it couldn't look up fine."""
    try:
        packages: list[dict[str, Any]] = json.loads(ended.out)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return f"not checked ({reason(ended)}).", []
    looked_up = [package for package in packages if "skip_reason" not in package]
    holes = [
        f"{package['name']} {package['version']} has {hole['id']}"
        for package in looked_up
        for hole in package.get("vulns", ())
    ]
    unknown = len(packages) - len(looked_up)
    if not looked_up:
        return f"not checked: no advisories could be read for any of its {unknown} packages.", []
    rest = f", {unknown} not checked, as no advisories could be read for them" if unknown else ""
    return f"{len(looked_up)} packages checked, {len(holes)} known vulnerabilities{rest}.", holes


def _parts(ended: Ended) -> str:
    if ended.status or not SBOM.exists():
        return f"not listed ({reason(ended)})."
    document = json.loads(SBOM.read_bytes())
    return (
        f"{len(document['components'])} in `{SBOM.relative_to(ROOT)}` "
        f"({document['bomFormat']} {document['specVersion']}), with their hashes."
    )
