"""Every equation beside its numbers: formula, words, symbols, code, and what fills it."""
