"""Accuracy where labels come days later, for some of the answers: joined by id, with what is missing counted.

The accuracy of the answers whose label has come is not that of all: fraud is reported and honest payments are not. The
report therefore says how many labels are there, for which classes, and between which bounds the accuracy of all lies.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from compresslab.arguments import positive, whole
from compresslab.errors import InputError
from compresslab.evaluation import Interval, wilson


@dataclass
class _Answer:
    predicted: int
    at: float
    label: int | None = None
    labelled_at: float = math.nan


@dataclass(frozen=True)
class LabelReport:
    """What is known of the answers of a stretch of time.

    Attributes:
        answers: their number.
        in_time: labelled within the patience.
        late: labelled after it.
        missing: without a label though the patience is over.
        pending: without a label, and still waited for.
        correct: right ones among `in_time` and `late`.
        accuracy: share of those; None without a label.
        interval: Wilson's 95% interval of it; it takes the labelled answers for a random choice.
        at_least, at_most: accuracy of all answers if every one without a label is wrong, or right.
        labelled_share: by predicted class. Where these differ, labels don't come at random.

    >>> LabelReport(10, 4, 0, 6, 0, 3, 0.75, wilson(3, 4), 0.3, 0.9, {0: 0.4}).labelled
    4
    """

    answers: int
    in_time: int
    late: int
    missing: int
    pending: int
    correct: int
    accuracy: float | None
    interval: Interval | None
    at_least: float
    at_most: float
    labelled_share: dict[int, float]

    @property
    def labelled(self) -> int:
        """Answers whose label is there."""
        return self.in_time + self.late


class LabelJoin:
    """Answers waiting for their labels. Times are seconds on any one clock, which the caller reads.

    Args:
        patience_s: how long a label is waited for.
        capacity: answers that are kept; the oldest make room. Labels without an answer are kept in the same number,
            since they may overtake it.

    Attributes:
        forgotten: answers that made room while they had no label.
        repeated: answers that came a second time under their id; the first counts.
        corrected: labels that replaced another.

    >>> join = LabelJoin(patience_s=10)
    >>> join.answer("a", predicted=1, at=0.0); join.answer("b", predicted=1, at=1.0)
    >>> join.label("a", 1, at=5.0)
    >>> report = join.report(start=0, end=2, now=20)
    >>> report.in_time, report.missing, report.at_least, report.at_most
    (1, 1, 0.5, 1.0)
    """

    def __init__(self, *, patience_s: float, capacity: int = 1_000_000) -> None:
        positive(patience_s=patience_s)
        whole(capacity=capacity)
        self.patience_s, self.capacity = patience_s, capacity
        self.forgotten = self.repeated = self.corrected = 0
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._early: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    @property
    def unmatched(self) -> int:
        """Labels whose answer has not come."""
        return len(self._early)

    def answer(self, identity: Hashable, *, predicted: int, at: float) -> None:
        """Note an answer.

        Args:
            identity: of the request, unique.
            predicted: class.
            at: seconds.
        """
        whole(0, predicted=predicted)
        _require_time(at)
        if identity in self._answers:
            self.repeated += 1
            return
        self._answers[identity] = _Answer(predicted, at)
        if identity in self._early:
            label, labelled_at = self._early.pop(identity)
            self._join(self._answers[identity], label, labelled_at)
        if len(self._answers) > self.capacity:
            _, oldest = self._answers.popitem(last=False)
            self.forgotten += oldest.label is None

    def label(self, identity: Hashable, label: int, *, at: float) -> None:
        """Note a label, before or after its answer. The last one for an id counts.

        Args:
            identity: of the request.
            label: class.
            at: seconds.
        """
        whole(0, label=label)
        _require_time(at)
        if identity in self._answers:
            self._join(self._answers[identity], label, at)
            return
        self._early[identity] = (label, at)
        self._early.move_to_end(identity)
        if len(self._early) > self.capacity:
            self._early.popitem(last=False)

    def report(self, *, start: float, end: float, now: float) -> LabelReport:
        """What is known now of the answers given from `start` to before `end`.

        Raises:
            InputError: times that are not finite or not in order.
        """
        for time in (start, end, now):
            _require_time(time)
        if not start < end:
            raise InputError(f"start={start} is not before end={end}.")
        answers = [each for each in self._answers.values() if start <= each.at < end]
        labelled = [each for each in answers if each.label is not None]
        in_time = sum(each.labelled_at - each.at <= self.patience_s for each in labelled)
        waiting = len(answers) - len(labelled)
        pending = sum(each.label is None and now - each.at <= self.patience_s for each in answers)
        correct = sum(each.label == each.predicted for each in labelled)
        named, known = Counter(each.predicted for each in answers), Counter(each.predicted for each in labelled)
        return LabelReport(
            answers=len(answers),
            in_time=in_time,
            late=len(labelled) - in_time,
            missing=waiting - pending,
            pending=pending,
            correct=correct,
            accuracy=correct / len(labelled) if labelled else None,
            interval=wilson(correct, len(labelled)) if labelled else None,
            at_least=correct / len(answers) if answers else 0.0,
            at_most=(correct + waiting) / len(answers) if answers else 1.0,
            labelled_share={kind: known[kind] / count for kind, count in sorted(named.items())},
        )

    def _join(self, answer: _Answer, label: int, at: float) -> None:
        if answer.label is None:
            answer.labelled_at = at  # a correction doesn't make a label late
        elif answer.label != label:
            self.corrected += 1
        answer.label = label


def _require_time(at: float) -> None:
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at):
        raise InputError(f"at={at!r}: give finite seconds.")
