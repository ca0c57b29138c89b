"""The embedded engine: the copilot's job done without a language model."""
