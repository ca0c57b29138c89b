"""Learning in the background: models are fitted to each complete day, forecasts kept and scored later."""

from omnify_server.learning.loop import Learning

__all__ = ["Learning"]
