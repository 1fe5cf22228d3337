"""What members bring: links, tracks, albums and playlists, stored before anything says so."""
