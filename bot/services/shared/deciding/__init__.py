"""Approval and votes: who said what, when it is decided, and whom to tell."""
