"""What is asked before, at and after a deployment, as code that answers: a list that nobody ticks off can't be skipped.

A question whose answer can't be had has failed. Each limit is an argument: what is accurate or fast enough is decided
by whoever uses the model, not here.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from compresslab.arguments import at_least, positive, share, whole
from compresslab.deploy import LoadedModel, Registry, batch_parity
from compresslab.errors import InputError
from compresslab.evaluation import wilson
from compresslab.monitoring.alerts import Alert
from compresslab.monitoring.answers import AnswerShift
from compresslab.monitoring.drift import Drift, holm
from compresslab.monitoring.labels import LabelReport

_TIMED_CALLS, _WARM_UP = 50, 5


class NotMet(Exception):
    """What a question raises when the answer is no; its text is the reason.

    >>> run_checklist("before", {"Is it small?": lambda: 1 / 1}).passed
    True
    """


@dataclass(frozen=True)
class Item:
    """A question and its answer.

    Attributes:
        question: as it is asked.
        passed: whether the answer is yes.
        detail: the figures behind it.

    >>> Item("Is it small enough?", True, "0.2 MB of 1 MB").passed
    True
    """

    question: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Checklist:
    """Answered questions. It passes if there is one, and all have passed.

    >>> print(Checklist("before", (Item("Is it small enough?", False, "2 MB of 1 MB"),)))
    before: 1 of 1 failed
    [FAIL] Is it small enough? 2 MB of 1 MB
    """

    name: str
    items: tuple[Item, ...]

    @property
    def passed(self) -> bool:
        """Whether to go on."""
        return bool(self.items) and all(item.passed for item in self.items)

    def __str__(self) -> str:
        failed = sum(not item.passed for item in self.items)
        lines = [f"[{'pass' if item.passed else 'FAIL'}] {item.question} {item.detail}" for item in self.items]
        return "\n".join([f"{self.name}: {failed or 'none'} of {len(self.items)} failed", *lines])


def run_checklist(name: str, questions: Mapping[str, Callable[[], object]]) -> Checklist:
    """Ask every question, also after one has failed.

    Args:
        name: of the list.
        questions: each a call that returns the detail, or raises `NotMet` or an `InputError` with the reason. What else
            it raises of usual errors fails it too, under the error's name.

    >>> def fails() -> str:
    ...     raise NotMet("it is 7 MB")
    >>> print(run_checklist("before", {"Is it small?": fails, "Is it there?": lambda: "yes"}))
    before: 1 of 2 failed
    [FAIL] Is it small? it is 7 MB
    [pass] Is it there? yes
    """
    items = []
    for question, ask in questions.items():
        try:
            items.append(Item(question, True, str(ask())))
        except (NotMet, InputError) as reason:
            items.append(Item(question, False, str(reason)))
        except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, OSError) as error:
            items.append(Item(question, False, f"could not be answered: {type(error).__name__}: {error}"))
    return Checklist(name, tuple(items))


def before_deployment(
    registry: Registry,
    name: str,
    number: int,
    *,
    images: Tensor,
    labels: Tensor,
    original: Callable[[Tensor], Tensor],
    dtype: str,
    least_accuracy: float,
    largest_bytes: int,
    longest_ms: float,
    level: float = 0.95,
) -> Checklist:
    """Is a registered version fit to get its first requests?

    Args:
        registry, name, number: of the version.
        images: held out, (N, C, H, W) uint8, N at least 64.
        labels: (N,) classes.
        original: the model that it was made from, in evaluation mode, on prepared images.
        dtype: that the version computes in, as `batch_parity` names it.
        least_accuracy: that even the lower end of the interval must reach.
        largest_bytes: of the file.
        longest_ms: 95th percentile of the time for one image, on this machine and one thread.
        level: of the interval.

    >>> from compresslab.deploy.registry import example_registry
    >>> import tempfile, torch
    >>> images = torch.randint(0, 256, (64, 1, 2, 2), dtype=torch.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = before_deployment(
    ...         example_registry(folder), "digits", 1, images=images, labels=images.flatten(1).argmax(1),
    ...         original=lambda x: x.flatten(1), dtype="float32", least_accuracy=0.9, largest_bytes=1000, longest_ms=50)
    >>> found.passed, len(found.items)
    (True, 7)
    """
    share(least_accuracy=least_accuracy)
    whole(largest_bytes=largest_bytes)
    positive(longest_ms=longest_ms)
    opened: list[LoadedModel] = []

    def loads() -> str:
        opened.append(registry.load(name, number))
        return f"sha256 {opened[0].version.sha256[:12]}..., finite answers to one image and to three"

    def loaded() -> LoadedModel:
        if not opened:
            raise NotMet("it does not load")
        return opened[0]

    def correct() -> int:
        answers = loaded().model(loaded().card.preprocessing(images)).argmax(1)
        if labels.shape != answers.shape:
            raise NotMet(f"{tuple(labels.shape)} labels for {len(images)} images")
        return int((answers == labels).sum())

    def as_its_card_says() -> str:
        found, claimed = wilson(correct(), len(images), level), loaded().card.accuracy
        if claimed > found.high:
            raise NotMet(f"the card says {claimed:.2%}, measured were {found.low:.2%} to {found.high:.2%}")
        return f"the card says {claimed:.2%}, measured were {found.low:.2%} to {found.high:.2%}"

    def accurate() -> str:
        found = wilson(correct(), len(images), level)
        if found.low < least_accuracy:
            raise NotMet(f"it may be as low as {found.low:.2%}, and {least_accuracy:.2%} are asked for")
        return f"at least {found.low:.2%} of {least_accuracy:.2%}"

    def same_answers() -> str:
        found = batch_parity(original, loaded().model, loaded().card.preprocessing(images), dtype=dtype)
        said = "; ".join(
            f"batch {each.batch_size}: {each.found.same_top1} of {each.found.n} classes, logits within "
            f"{each.relative_difference:.2g} of the largest"
            for each in found
        )
        if not all(each.passed for each in found):
            raise NotMet(said)
        return said

    def small() -> str:
        size = loaded().version.size_bytes
        if size > largest_bytes:
            raise NotMet(f"{size:,} bytes, and {largest_bytes:,} are allowed")
        return f"{size:,} bytes of {largest_bytes:,}"

    def fast() -> str:
        model, one = loaded().model, loaded().card.preprocessing(images[:1])
        taken = []
        for _ in range(_WARM_UP + _TIMED_CALLS):
            start = time.perf_counter_ns()
            model(one)
            taken.append((time.perf_counter_ns() - start) / 1e6)
        slow = float(np.quantile(taken[_WARM_UP:], 0.95))
        if slow > longest_ms:
            raise NotMet(f"p95 is {slow:.2f} ms, and {longest_ms:g} ms are allowed")
        return f"p95 {slow:.2f} ms of {longest_ms:g} ms"

    def way_back() -> str:
        live = registry.live(name)
        if live is None:
            raise NotMet("no version is live: there is none to go back to")
        return f"{registry.load(name).version.label} is live, and loads"

    return run_checklist(
        f"before {name}:{number} is deployed",
        {
            "Does it load?": loads,
            "Is it as accurate as its card says?": as_its_card_says,
            "Is it accurate enough?": accurate,
            "Does it answer as the original at every batch size?": same_answers,
            "Is it small enough?": small,
            "Is it fast enough here?": fast,
            "Is there a version to go back to?": way_back,
        },
    )


@dataclass(frozen=True)
class Traffic:
    """What was counted of a version's requests.

    Attributes:
        requests: answered or failed.
        errors: those that failed.
        p99_ms: 99th percentile of the latency of those that were answered.

    Raises:
        InputError: more errors than requests, or a number that is none.

    >>> Traffic(requests=1000, errors=2, p99_ms=8.0).requests
    1000
    """

    requests: int
    errors: int
    p99_ms: float

    def __post_init__(self) -> None:
        whole(0, requests=self.requests)
        whole(0, self.requests, errors=self.errors)
        at_least(0, p99_ms=self.p99_ms)


def at_deployment(
    registry: Registry,
    name: str,
    number: int,
    *,
    sha256: str,
    canary: Traffic,
    live: Traffic,
    compared: int,
    disagreed: int,
    least_requests: int = 1000,
    error_rate: float = 0.01,
    disagreement: float = 0.05,
    slowdown: float = 1.2,
    level: float = 0.95,
) -> Checklist:
    """Is a canary fit to get all requests?

    Args:
        registry, name, number: of the canary.
        sha256: of the file that `before_deployment` was asked about.
        canary, live: what both versions' requests were.
        compared: requests that both versions answered (shadow traffic).
        disagreed: of these, those with another class.
        least_requests: below which nothing is concluded.
        error_rate, disagreement: that even the upper ends of the intervals must stay within.
        slowdown: of the canary's p99 over the live version's that is allowed.
        level: of the intervals.

    >>> from compresslab.deploy.registry import example_registry
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     registry = example_registry(folder)
    ...     print(at_deployment(
    ...         registry, "digits", 1, sha256=registry.get("digits", 1).sha256, canary=Traffic(2000, 0, 9.0),
    ...         live=Traffic(9000, 3, 8.0), compared=2000, disagreed=31))
    at the promotion of digits:1: none of 5 failed
    [pass] Is it the file that was checked? yes
    [pass] Were there enough requests? 2000 of 1000
    [pass] Are errors rare enough? at most 0.19% of 1.00%
    [pass] Is it as fast as the live version? p99 9 ms, live 8 ms
    [pass] Does it agree with the live version? at most 2.19% differ of 5.00%
    """
    whole(least_requests=least_requests)
    share(error_rate=error_rate, disagreement=disagreement)
    positive(slowdown=slowdown)
    whole(0, compared=compared)
    whole(0, compared, disagreed=disagreed)

    def same_file() -> str:
        found = registry.load(name, number).version.sha256
        if found != sha256:
            raise NotMet(f"its sha256 is {found[:12]}..., checked was {sha256[:12]}...")
        return "yes"

    def enough() -> str:
        if canary.requests < least_requests:
            raise NotMet(f"{canary.requests} of {least_requests}")
        return f"{canary.requests} of {least_requests}"

    def rare(count: int, n: int, allowed: float, what: str) -> str:
        if n == 0:
            raise NotMet("nothing was counted")
        highest = wilson(count, n, level).high
        said = f"at most {highest:.2%}{what} of {allowed:.2%}"
        if highest > allowed:
            raise NotMet(f"it may be {highest:.2%}{what}, and {allowed:.2%} are allowed")
        return said

    def fast() -> str:
        said = f"p99 {canary.p99_ms:g} ms, live {live.p99_ms:g} ms"
        if not live.requests or not canary.requests or canary.p99_ms > slowdown * live.p99_ms:
            raise NotMet(said)
        return said

    return run_checklist(
        f"at the promotion of {name}:{number}",
        {
            "Is it the file that was checked?": same_file,
            "Were there enough requests?": enough,
            "Are errors rare enough?": lambda: rare(canary.errors, canary.requests, error_rate, ""),
            "Is it as fast as the live version?": fast,
            "Does it agree with the live version?": lambda: rare(disagreed, compared, disagreement, " differ"),
        },
    )


def after_deployment(
    registry: Registry,
    name: str,
    number: int,
    *,
    features: Mapping[str, Drift],
    answers: AnswerShift,
    labels: LabelReport,
    alerts: Sequence[Alert],
    least_accuracy: float,
    least_labelled: float = 0.1,
    level: float = 0.01,
) -> Checklist:
    """Is a version that has been live for a while still the one that was deployed, on the data that it was made for?

    Args:
        registry, name, number: of the version that should be live.
        features: drift of each input feature since training.
        answers: since training.
        labels: of the answers whose patience is over.
        alerts: all that are watched.
        least_accuracy: that the lower end of the interval must reach.
        least_labelled: share of the answers that must have a label, in every class that was named.
        level: of the tests of drift, over all features together.

    >>> from compresslab.deploy.registry import example_registry
    >>> from compresslab.monitoring import LabelJoin, answer_shift, psi
    >>> import tempfile, torch
    >>> logits = torch.eye(4).repeat(50, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = after_deployment(
    ...         example_registry(folder), "digits", 1, features={"mean": psi([1, 2, 3], [1, 2, 3])},
    ...         answers=answer_shift(logits, logits), labels=LabelJoin(patience_s=1).report(start=0, end=1, now=2),
    ...         alerts=[Alert("errors", raise_at=0.02, clear_at=0.01)], least_accuracy=0.9)
    >>> [item.question for item in found.items if not item.passed]
    ['Do labels come for every class?', 'Is it still accurate enough?']
    """
    share(least_accuracy=least_accuracy, least_labelled=least_labelled, level=level)

    def is_live() -> str:
        live = registry.load(name).version
        if live.number != number:
            raise NotMet(f"{live.label} is live")
        return f"{live.label} is live, and loads"

    def quiet() -> str:
        loud = [f"{alert.name}: {alert.state}" for alert in alerts if alert.state != "ok"]
        if loud or not alerts:
            raise NotMet(", ".join(loud) or "nothing is watched")
        return f"{len(alerts)} are watched"

    def same_inputs() -> str:
        corrected = holm({feature: drift.p_value for feature, drift in features.items()})
        moved = [f"{feature} (p = {p:.2g})" for feature, p in corrected.items() if p < level]
        if moved or not features:
            raise NotMet(", ".join(moved) or "no feature is watched")
        return f"{len(features)} features, the smallest corrected p is {min(corrected.values()):.2g}"

    def same_answers() -> str:
        corrected = holm({"confidence": answers.confidence.p_value, "classes": answers.classes.p_value})
        said = (
            f"mean confidence {answers.confidence_reference:.2f}, now {answers.confidence_current:.2f}; "
            f"{answers.classes.value:.1%} of the mix of classes moved"
        )
        if min(corrected.values()) < level:
            raise NotMet(said)
        return said

    def labelled() -> str:
        few = [f"class {kind}: {part:.0%}" for kind, part in labels.labelled_share.items() if part < least_labelled]
        if few or not labels.answers:
            raise NotMet(", ".join(few) or "there were no answers")
        return f"{labels.labelled} of {labels.answers} answers, {labels.late} of them late"

    def accurate() -> str:
        if labels.interval is None:
            raise NotMet("no label has come: the accuracy is not known")
        said = f"{labels.accuracy:.2%}, at least {labels.interval.low:.2%} of {least_accuracy:.2%}"
        if labels.interval.low < least_accuracy:
            raise NotMet(said)
        return said

    return run_checklist(
        f"after {name}:{number} was deployed",
        {
            "Is the right version live?": is_live,
            "Are all alerts quiet?": quiet,
            "Do inputs look as in training?": same_inputs,
            "Do answers look as in training?": same_answers,
            "Do labels come for every class?": labelled,
            "Is it still accurate enough?": accurate,
        },
    )
