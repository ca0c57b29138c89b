"""The embedded engine: the copilot's job done without a language model."""

from omnify_agents.engine.model import EmbeddedModel, embedded_model, outcome_of

__all__ = ["EmbeddedModel", "embedded_model", "outcome_of"]
