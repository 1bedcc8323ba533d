"""What learners wrote, as it may stand on an instructor's terminal: nothing in it steers the terminal or forges a line.

File names, ids and exceptions are theirs too, so all that a command prints of them passes here.
"""

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_UNKNOWN = "\ufffd"  # stands for what can't be printed


def one_line(text: str, limit: int = 300) -> str:
    r"""A text on a single line, without control characters, cut to `limit` characters.

    >>> one_line("anna\n[2/2] ben: 7 of 7 points")
    'anna�[2/2] ben: 7 of 7 points'
    """
    shown = "".join(letter if letter.isprintable() else _UNKNOWN for letter in text[:limit])
    return shown if len(text) <= limit else shown + " ..."


def printable(output: str) -> str:
    r"""A program's output with its lines, without what steers a terminal; of a progress bar, its last state.

    >>> printable("10%\r20%\ndone\x07")
    '20%\ndone�'
    """
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in _COLOUR.sub("", output).split("\n")]
    return "\n".join("".join(c if c.isprintable() or c == "\t" else _UNKNOWN for c in line) for line in lines)
