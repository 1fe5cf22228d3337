"""Draws the charts of /shared stats in a separate process, `python -m bot.drawing`, which waits for the next ones.

It gets nothing but the numbers, and knows neither Discord nor the database. Only this package uses matplotlib.
"""
