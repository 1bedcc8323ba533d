"""The one exception for bad input."""


class InputError(ValueError):
    """What was asked for cannot be done: the message names the thing, its value and the remedy.

    Raised for every mistake that the person at the keyboard can mend (a wrong name, an unreadable file,
    a full disk). Commands print its message as one sentence and end with exit status 2; a bug raises
    something else and keeps its traceback.

    >>> from compresslab.arguments import whole
    >>> whole(rounds=0)
    Traceback (most recent call last):
    compresslab.errors.InputError: rounds=0 must be a whole number of at least 1.
    """
