"""What shared playlists hold of a member, as a file or taken out of them."""
