"""The Equations page: formulas filled with live numbers, and switches for what the paper leaves."""
