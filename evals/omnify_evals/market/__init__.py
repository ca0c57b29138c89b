"""Market runs: weeks of autonomous operation in the sandbox's world, scored against its hidden truth."""
