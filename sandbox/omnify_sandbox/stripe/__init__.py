"""Stripe's API over the market."""
