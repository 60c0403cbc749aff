"""What can be wrong with a line of JSON, in plain words."""

from json import JSONDecodeError

SAYINGS = {
    "Expecting ',' delimiter": "A comma or a closing bracket is missing here.",
    "Expecting ':' delimiter": "A colon is missing after this key.",
    "Expecting property name": "A key in double quotation marks is missing here.",
    "Expecting value": "A value is missing here, or it is not JSON.",
    "Unterminated string": "The text that begins here does not end. Add the closing quotation mark.",
    "Invalid control character": "A tab or another control character stands in a text. Escape it.",
    "Invalid \\escape": "A backslash stands before a character that needs none. Write two backslashes.",
    "Invalid \\uXXXX": "After \\u there must be four hexadecimal digits.",
    "Illegal trailing comma": "There is a comma before the closing bracket. Remove it.",
    "Extra data": "Something follows after the end of the object. Write one object a line.",
}


class LineError(Exception):
    """What is wrong with a line. `column`: the column, or the place in the line; `reason`: a sentence."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def say(error: JSONDecodeError) -> str:
    """The parser's complaint as a sentence."""
    sayings = (saying for message, saying in SAYINGS.items() if error.msg.startswith(message))
    return next(sayings, "This is not JSON.")


def showable(text: str) -> str:
    """`text` as it can be stored and shown in a list of bad rows: at most 200 characters."""
    return text.encode(errors="replace").decode().replace("\0", "?")[:200]
