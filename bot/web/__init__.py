"""What a member's browser meets while linking: our page, Spotify's way back, the six digits."""
