"""Mixtape in Discord: one module per command, what they share in `ui`, and every error in words in `errors.py`."""
