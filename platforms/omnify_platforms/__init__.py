"""Adapters: one tenant's connection to one ad platform, over the platform's real HTTP contract."""
