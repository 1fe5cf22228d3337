"""Draws the pictures of /shared stats in a process of its own, `python -m bot.drawing`, which ends by itself.

It is given nothing but the figures, and knows neither Discord nor the database. Only this package knows matplotlib.
"""
