"""Meta Marketing API v26.0 over the Graph."""
