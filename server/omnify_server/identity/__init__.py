"""Who is asking: passwords, sessions and one-time links."""
