"""Alerts that don't flutter: raised after several bad values in a row, and cleared by several good ones further down.

Between the two thresholds nothing changes. A value that is missing or NaN is neither good nor bad, but a monitor that
has fallen silent is a state of its own.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compresslab.arguments import one_of, whole
from compresslab.errors import InputError

State = Literal["ok", "alert", "no data"]
_KEPT = 1000  # changes, the oldest make room


@dataclass(frozen=True)
class Change:
    """An alert's change of state, at which value of the series (from 0), and that value.

    >>> Change(7, "ok", "alert", 0.3).state
    'alert'
    """

    index: int
    before: State
    state: State
    value: float | None


class Alert:
    """Watches one number.

    Args:
        name: of what is watched.
        raise_at: a value so bad counts towards raising.
        clear_at: a value so good counts towards clearing; better than `raise_at`.
        worse: "above" where large values are bad, "below" for an accuracy.
        raise_after, clear_after: so many in a row. Others in between start the count again.
        silent_after: so many missing values in a row make "no data"; the first value after it ends that state, in
            "alert" if the alert was raised before and in "ok" otherwise.

    Raises:
        InputError: thresholds in the wrong order or not finite, or counts below 1.

    >>> alert = Alert("drift", raise_at=0.25, clear_at=0.1, raise_after=2, clear_after=2)
    >>> [alert.update(value) for value in (0.3, 0.2, 0.3, 0.3, 0.2, 0.05, 0.05)]
    ['ok', 'ok', 'ok', 'alert', 'alert', 'alert', 'ok']
    """

    def __init__(
        self,
        name: str,
        *,
        raise_at: float,
        clear_at: float,
        worse: Literal["above", "below"] = "above",
        raise_after: int = 3,
        clear_after: int = 3,
        silent_after: int = 5,
    ) -> None:
        one_of(("above", "below"), worse=worse)
        whole(raise_after=raise_after, clear_after=clear_after, silent_after=silent_after)
        sign = 1 if worse == "above" else -1
        if not (math.isfinite(raise_at) and math.isfinite(clear_at)) or sign * clear_at >= sign * raise_at:
            side = "below" if sign > 0 else "above"
            raise InputError(f"clear_at={clear_at} must be {side} raise_at={raise_at}, and both finite.")
        self.name, self.raise_at, self.clear_at, self.worse = name, raise_at, clear_at, worse
        self.raise_after, self.clear_after, self.silent_after = raise_after, clear_after, silent_after
        self.changes: deque[Change] = deque(maxlen=_KEPT)
        self.state: State = "ok"
        self._sign, self._raised = sign, False
        self._bad = self._good = self._silent = self._index = 0

    def update(self, value: float | None) -> State:
        """Take the next value; None or NaN where there is none.

        Returns:
            The state after it.
        """
        before = self.state
        if value is None or math.isnan(value):
            self._silent += 1
            if self._silent >= self.silent_after:
                self.state = "no data"
        else:
            self._silent = 0
            self._bad = self._bad + 1 if self._sign * value >= self._sign * self.raise_at else 0
            self._good = self._good + 1 if self._sign * value <= self._sign * self.clear_at else 0
            if not self._raised and self._bad >= self.raise_after:
                self._raised, self._good = True, 0
            elif self._raised and self._good >= self.clear_after:
                self._raised, self._bad = False, 0
            self.state = "alert" if self._raised else "ok"
        if self.state != before:
            self.changes.append(Change(self._index, before, self.state, value))
        self._index += 1
        return self.state


def states(alert: Alert, values: Sequence[float | None]) -> list[State]:
    """The states of an alert over a whole series.

    >>> states(Alert("accuracy", raise_at=0.9, clear_at=0.92, worse="below", raise_after=1), [0.95, 0.89, 0.91])
    ['ok', 'alert', 'alert']
    """
    return [alert.update(value) for value in values]
