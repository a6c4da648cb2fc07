"""Everything that a person chose, the arrays that it means, and its JSON and link."""
