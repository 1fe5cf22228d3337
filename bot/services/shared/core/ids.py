"""Our own IDs for lists, contributions and questions: short enough for buttons, and impossible to guess."""

from __future__ import annotations

import secrets
import string
from typing import Final

LIST: Final = 8
CONTRIBUTION: Final = 12
QUESTION: Final = 10

_LETTERS: Final = string.ascii_letters + string.digits


def new_id(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
