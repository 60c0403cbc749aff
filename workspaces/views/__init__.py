"""Pages about people and places."""
