"""Figures, measured: nothing here asserts, and no test depends on a time."""
