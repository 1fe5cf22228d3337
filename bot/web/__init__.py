"""What a member's browser sees while linking: our page, the way back from Spotify, the six digits."""
