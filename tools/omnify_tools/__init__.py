"""The function tools that agents call: they read and propose, nothing else."""
