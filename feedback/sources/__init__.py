"""Other servers that datasets come from: read over HTTP, without a word about our database."""
