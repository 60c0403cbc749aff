"""The one way in which starting something can fail here."""


class Unavailable(Exception):
    """It cannot run on this machine as asked; the message is the sentence to show."""
