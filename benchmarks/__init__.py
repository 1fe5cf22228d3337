"""Figures, measured: no time is asserted, here or in a test."""
