"""YouTube over the market: its ads are Google's, its channel has two APIs of its own."""
