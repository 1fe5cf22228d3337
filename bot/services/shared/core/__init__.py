"""What every part of shared playlists builds on: the ledger, ballots, queue, access, facts, prompts."""
