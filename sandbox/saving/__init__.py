"""A world as a file: its time, both fakes and the bot's own data, so that it can be sent along with a report."""

from sandbox.saving.world_file import Loaded, Parts, WorldFileError, read, save

__all__ = ["Loaded", "Parts", "WorldFileError", "read", "save"]
