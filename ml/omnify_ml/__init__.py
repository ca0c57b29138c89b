"""Predictions that state their interval, their basis and when they have none."""
