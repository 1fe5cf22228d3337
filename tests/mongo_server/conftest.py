"""The server we build is tested only where the other tests use it; elsewhere it is not even built."""

from __future__ import annotations

import os
import shutil

collect_ignore = ["test_front.py"] if os.environ.get("TEST_MONGODB_URI") or shutil.which("mongod") else []
