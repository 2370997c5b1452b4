class BadFile(ValueError):
    """A file that people sent cannot be read as a whole.

    Carries the Vietnamese reason: the end of a sentence, from the small letter to the full stop.
    """
