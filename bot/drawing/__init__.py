"""Draws the charts of /shared stats in a separate process, `python -m bot.drawing`, which exits when it's done.

It gets nothing but the numbers, and knows neither Discord nor the database. Only this package uses matplotlib.
"""
