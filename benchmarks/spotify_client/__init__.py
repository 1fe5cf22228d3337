"""Our Spotify client beside the bare library and three others, on one loopback server, in one run."""
