"""The two pictures that play in the browser: the live run's player and Home's edge picture."""
