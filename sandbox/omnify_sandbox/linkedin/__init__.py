"""LinkedIn's Marketing API over the market."""
