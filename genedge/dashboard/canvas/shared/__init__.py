"""What both canvas components are made of: their registration, their data, their shared scripts."""
