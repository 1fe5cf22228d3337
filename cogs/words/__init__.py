"""What members read, as text: below `cogs/ui`, which makes messages of it."""
