"""The database under test: the product's, emptied in a way that is quick for a few rows."""
