"""The parts of the GA lab."""
