"""The nouns of OmniFy, its ports and its error tree. No I/O, no framework."""
