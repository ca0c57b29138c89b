"""What is remembered: documents, events and vectors, behind core's ports."""

from omnify_memory.documents import Documents
from omnify_memory.edge_memory import open_edge_memory
from omnify_memory.embedders import Embedder, HashedNgrams, OpenAIEmbedder
from omnify_memory.minilm import MiniLm, offline_embedder
from omnify_memory.servers import open_mongo, open_redis_events
from omnify_memory.sqlite import open_sqlite
from omnify_memory.stores import Stores, stores_on

__all__ = [
    "Documents",
    "Embedder",
    "HashedNgrams",
    "MiniLm",
    "OpenAIEmbedder",
    "Stores",
    "offline_embedder",
    "open_edge_memory",
    "open_mongo",
    "open_redis_events",
    "open_sqlite",
    "stores_on",
]
