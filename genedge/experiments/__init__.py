"""Sweeps over scenarios: the paper's figures and claims, and where they can be reproduced."""
