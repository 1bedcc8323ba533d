"""What a check says when it fails: what was expected, what came, and the likely cause."""

from dataclasses import dataclass
from typing import Any, Self

from classroom.exchange import slips
from classroom.exchange.codec import Malformed

_LIMIT = 2000  # characters of one part: feedback must stay readable whatever a learner's code says


class CheckFailed(AssertionError):
    """An expectation that was not met.

    Args:
        expected, came: one clause each.
        hint: the likely cause, never the answer.
        call: the call that gave it, as the learner would write it.
    """

    def __init__(self, expected: str, came: str, hint: str = "", call: str = "") -> None:
        self.came = came
        self.hint = hint
        parts = {"expected": expected, "came": came, "from": call, "likely cause": hint}
        super().__init__("\n".join(f"{name}: {cut(text)}" for name, text in parts.items() if text))

    def _render_traceback_(self) -> list[str]:
        """Show a learner the message alone (IPython asks for it): the frames under it are the library's."""
        return [f"{type(self).__name__}\n{self}"]


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code, as plain data.

    Attributes:
        kinds: the names of its class and of the bases.
        text: its message.
        where: the learner's last line; "" where there is none.
    """

    kinds: tuple[str, ...]
    text: str
    where: str

    @classmethod
    def read(cls, content: Any) -> Self:
        """Check what came from a learner's process.

        Raises:
            Malformed: it is something else.
        """
        match content:
            case [tuple(kinds), str(text), str(where)] if kinds and all(type(kind) is str for kind in kinds):
                return cls(kinds, text, where)
        raise Malformed("no exception")

    def __str__(self) -> str:
        return f"{self.kinds[0]}: {self.text}" if self.text else self.kinds[0]

    @property
    def unwritten(self) -> bool:
        """The exercise's own line stands there still. With words of its own it is torch's, as for `bool - bool`."""
        return "NotImplementedError" in self.kinds and not self.text


class LearnerError(CheckFailed):
    """The learner's function raised an exception."""

    def __init__(self, raised: Raised, call: str) -> None:
        came = f"{raised}\n  {raised.where}" if raised.where else str(raised)
        hint = "the function isn't written yet" if raised.unwritten else slips.cause(raised.text, raised.where)
        super().__init__("an answer", came, hint, call)
        self.kinds = raised.kinds


class NoAnswer(CheckFailed):
    """The learner's process gave none: it ended, was too slow, or sent something that is no answer."""

    def __init__(self, came: str, hint: str = "", call: str = "") -> None:
        super().__init__("an answer", came, hint, call)


class TooLong(Exception):
    """A check's own computing on an answer takes too long."""


class ForkServerLost(RuntimeError):
    """The process that starts learners' processes has ended, or does not answer: a new one must be made."""


def cut(text: str, limit: int = _LIMIT) -> str:
    """Bound what a learner's code may say, and take from it what would steer a terminal."""
    shown = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text[:limit])
    return shown if len(text) <= limit else shown + " ..."
