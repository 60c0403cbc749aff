"""What can be wrong with a template."""


class Mistake(Exception):
    """A template cannot be filled in. The text says why, and in which line."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"Line {line} of the template: {what}")
