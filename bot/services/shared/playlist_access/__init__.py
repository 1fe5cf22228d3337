"""The only code that writes to a lent playlist, and makes new ones."""
