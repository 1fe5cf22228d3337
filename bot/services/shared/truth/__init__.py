"""What is really in a shared playlist, what happened in it, and the way back."""
