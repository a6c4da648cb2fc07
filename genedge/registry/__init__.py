"""Registers: policies, ledgers, metrics and resources, each said once; everything reads them."""
