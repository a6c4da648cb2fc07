"""The parts of the page of ablations."""
