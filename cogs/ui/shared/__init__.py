"""What members see of shared playlists: cards, questions, panels, and the sentences in them."""
