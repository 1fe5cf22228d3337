"""python -m benchmarks.spotify_client: compare, print, and write docs/performance.md and results/spotify_client.json.

Runs in the environment of `environment.py`, where the other clients are.
"""

from __future__ import annotations

from benchmarks.spotify_client import report
from benchmarks.spotify_client.compare import compare

if __name__ == "__main__":
    report.write(compare(say=lambda text: print(text, flush=True)))
