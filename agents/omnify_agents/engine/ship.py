"""`python -m omnify_agents.engine.ship`: trains on all examples and writes the data that ships."""

from __future__ import annotations

from pathlib import Path

from omnify_agents.engine.examples import load_examples
from omnify_agents.engine.shipped import SHIPPED, digest_of_sources, save
from omnify_agents.engine.training import TEMPERATURE, trained


def main() -> None:
    """Run after any change of the examples, the thesaurus or the reading of texts."""
    path = Path(__file__).with_name(SHIPPED)
    save(trained(load_examples(), temperature=TEMPERATURE), path, digest_of_sources())


if __name__ == "__main__":
    main()
