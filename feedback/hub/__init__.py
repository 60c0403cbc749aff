"""The Hugging Face Hub: what lies in a repository of it, read and written. Knows no model and no request."""
