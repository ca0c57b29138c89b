"""One plan per intent: which tools, in which order, and what is asked back."""
