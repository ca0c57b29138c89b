"""The doors: HTTP, command line, settings and the one composition root."""
