"""What comes from outside, checked: catalogs, servers, workloads and request logs."""
