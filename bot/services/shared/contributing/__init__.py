"""What members bring: links, tracks, albums and playlists, kept before anything says so."""
