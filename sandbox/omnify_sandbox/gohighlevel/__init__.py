"""GoHighLevel's API v3 over the market."""
