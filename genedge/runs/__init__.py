"""One policy's replay of one replication, and how it is replayed."""
