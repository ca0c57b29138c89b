"""Judges the copilot by what it did to the world, then by its words."""
