"""`python -m bot keys`: changes the keys that encrypt tokens, while the bot runs."""
