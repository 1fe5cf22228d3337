"""A shared playlist to look at and to keep: pages, figures, files."""
