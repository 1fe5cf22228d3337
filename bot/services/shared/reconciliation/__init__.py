"""Spotify's list compared with our records, and brought back to an earlier state."""
