"""Arms x policies x replications x metrics: comparisons, sweeps, ablations, search quality."""
