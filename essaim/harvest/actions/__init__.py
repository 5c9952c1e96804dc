"""What changes sources, passages and what they harvested."""
