"""What may go into a shared playlist, and which tracks are the same recording."""
