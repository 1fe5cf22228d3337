"""A playlist is lent, managed, handed over and given back."""
