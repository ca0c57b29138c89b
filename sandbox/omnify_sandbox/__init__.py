"""A simulated ad market behind the platforms' own HTTP contracts."""
