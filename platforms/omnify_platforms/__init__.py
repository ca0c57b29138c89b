"""Adapters: one tenant's connection to one ad platform, over the platform's real HTTP contract."""

from omnify_platforms.connected import ConnectedPlatforms
from omnify_platforms.connecting import Asking, Connecting
from omnify_platforms.connections import Connection
from omnify_platforms.vault import KeyRing

__all__ = ["Asking", "ConnectedPlatforms", "Connecting", "Connection", "KeyRing"]
