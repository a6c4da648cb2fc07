"""The version, written into everything that is exported."""

__version__ = "0.1.0"
