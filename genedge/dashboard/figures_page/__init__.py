"""The page that repeats the paper: its figures, its claims, where they hold, all to take home."""
