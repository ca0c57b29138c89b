"""TikTok's Business API over the market."""
