"""python -m tests.simulation: thousands of contributions, failing calls and kill -9; the last line is JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import ExitStack
from dataclasses import fields

from tests.mongo_server.server import mongo_server, on_mongodb, without_repeats
from tests.simulation.plan import Plan
from tests.simulation.running import simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="make simulate ARGS=…", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "mongodb"], default="sqlite")
    for field in fields(Plan):
        name = f"--{field.name.replace('_', '-')}"
        if field.name == "calm":
            parser.add_argument(name, action="store_true", help="next ones wait until these have landed")
        else:
            parser.add_argument(name, type=int, default=field.default)
    chosen = vars(parser.parse_args())
    database = chosen.pop("database")
    try:
        plan = Plan(**chosen)
    except ValueError as error:
        parser.error(str(error))
    print(f"{plan} on {database}")
    if plan.has_several and database != "mongodb":
        parser.error("several processes need --database mongodb")
    with ExitStack() as stack:
        settings: dict[str, str] = {}
        if database == "mongodb":
            server = stack.enter_context(mongo_server())
            print(f"database: {server.kind}")
            settings = on_mongodb(without_repeats(server.database("simulation")))
        report = asyncio.run(simulate(plan, settings, lambda text: print(text, flush=True)))
    for fault in report.faults:
        print(f"NOT KEPT: {fault}")
    print(json.dumps(report.as_json()))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
