"""The copilot: a router, seven specialists, the language models behind them, and the run loop."""
