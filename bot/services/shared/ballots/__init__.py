"""Approval and votes: who said what, when it is decided, and which cards show it."""
