"""Lists of tracks as files, written and read: one home for the formats of every export and import."""
