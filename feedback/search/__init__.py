"""Finding records: by what they say, by what is known about them, by what they are like."""
