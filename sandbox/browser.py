"""Opening the page in the browser of whoever sits in front of the screen, where there is one."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def has_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can appear: without a display Python would start a browser for the terminal."""
    return platform == "darwin" or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def show(address: str) -> bool:
    """Open the address in a window. False when there is no screen, or no browser with windows."""
    if not has_screen():
        return False
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(found) is webbrowser.GenericBrowser:  # it would take the terminal for itself
        return False
    return found.open(address)
