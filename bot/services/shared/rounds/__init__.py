"""Rounds of a shared playlist, its archive, and the message a day."""
