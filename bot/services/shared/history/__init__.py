"""What happened in a shared playlist, page by page, and taking it back."""
