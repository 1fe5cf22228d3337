"""python -m bot backup and restore: everything in the database as one file, the same for both databases."""
