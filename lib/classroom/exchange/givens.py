"""Callables that a check hands to a learner's function: a trainer, a timed piece of work, a metric.

Each stays in the process of the check, which believes what it saw itself. A learner's function gets a stand-in, whose
calls pass to and fro as plain data (see `stand_ins`). `record()` is what the check sees of one after the call. Another
chapter adds a class here, names in `OFFERED` what its stand-in may call, and names it in `spec.given`.
"""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from classroom.exchange.stand_ins import AfterStep, State, train


class Recorder:
    """Answers with canned values, one after the other, and keeps what it was called with.

    Args:
        answers: plain data; the last one is given again and again.

    >>> metric = Recorder(answers=[0.5, 0.7])
    >>> metric("first"), metric("second"), len(metric.record()["calls"])
    (0.5, 0.7, 2)
    """

    OFFERED = ("__call__",)

    def __init__(self, answers: list[Any] | None = None) -> None:
        self.answers = list(answers or [None])
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer = self.answers[min(len(self.calls), len(self.answers) - 1)]
        self.calls.append(copy.deepcopy({"args": args, "kwargs": kwargs}))
        return answer

    def record(self) -> dict[str, Any]:
        """The calls, each with its `args` and `kwargs` as they were at that time."""
        return {"calls": self.calls}


class Workload:
    """Takes a known time on a clock of its own, so that a timer can be checked without waiting.

    Args:
        seconds: of the calls, one after the other; the last one is taken again and again.
        start: what the clock shows before the first call.

    >>> work = Workload([2.0, 0.5])
    >>> work()
    >>> work()
    >>> work.clock()
    2.5
    """

    OFFERED = ("__call__", "clock")

    def __init__(self, seconds: list[float], start: float = 0.0) -> None:
        self.seconds = list(seconds)
        self.now = start
        self.calls = 0

    def __call__(self) -> None:
        self.now += self.seconds[min(self.calls, len(self.seconds) - 1)]
        self.calls += 1

    def clock(self) -> float:
        """What the clock shows; a check passes it on as `work.method("clock")`."""
        return self.now

    def record(self) -> dict[str, Any]:
        """The number of calls."""
        return {"calls": self.calls}


class Trainer:
    """Stands for a training run of one step: moves every parameter that requires a gradient by the same amount.

    Args:
        step: added to each element, zeros included: a mask that isn't applied again is lost.

    >>> model = nn.Linear(1, 1)
    >>> before, trainer = model.weight.item(), Trainer(step=0.5)
    >>> trainer(model)
    >>> round(model.weight.item() - before, 3), trainer.record()
    (0.5, {'calls': 1})
    """

    OFFERED = ("begin", "go_on")

    def __init__(self, step: float = 0.01) -> None:
        self.step = step
        self.calls = 0

    def __call__(self, model: nn.Module, after_step: AfterStep | None = None) -> None:
        """Train a model in place, as `SteppedTrainer` does."""
        train(model, after_step, self.begin, self.go_on)

    def begin(self, state: State) -> State:
        """The step."""
        self.calls += 1
        parameters = state["parameters"].items()
        return {"parameters": {name: p.detach() + self.step for name, p in parameters if p.requires_grad}}

    def go_on(self, state: State) -> None:
        """The end of the run."""

    def record(self) -> dict[str, Any]:
        """The number of calls."""
        return {"calls": self.calls}


class SteppedTrainer:
    """Stands for a training run of several optimizer steps with momentum, which lets its caller in after each of them.

    Every parameter that requires a gradient, zeros included, is pulled towards values of its own, which are drawn
    anew for each run; its `grad` is the pull. Buffers move as the running statistics of batch-norm do: those of modules
    in training mode.

    Args:
        seed: of the values.
        steps: in a run.

    >>> trainer, seen = SteppedTrainer(steps=3), []
    >>> trainer(nn.Linear(2, 1), after_step=seen.append)
    >>> len(seen), trainer.record()
    (3, {'calls': 1, 'zeros': [0], 'revived': [0]})
    """

    OFFERED = ("begin", "go_on")

    def __init__(self, seed: int = 0, steps: int = 3) -> None:
        self.seed, self.steps = seed, steps
        self.zeros: list[int] = []
        self.revived: list[int] = []
        # Of the run that is under way, by the parameters' names.
        self._left = 0
        self._at_zero: dict[str, Tensor] = {}
        self._targets: dict[str, Tensor] = {}
        self._velocities: dict[str, Tensor] = {}

    def __call__(self, model: nn.Module, after_step: AfterStep | None = None) -> None:
        """Train a model in place.

        Args:
            model: to train.
            after_step: called with the model after every step.
        """
        train(model, after_step, self.begin, self.go_on)

    def begin(self, state: State) -> State:
        """The first step of a run."""
        parameters = state["parameters"]
        trained = {name: p.detach() for name, p in parameters.items() if p.requires_grad}
        generator = torch.Generator().manual_seed(1000 * self.seed + len(self.zeros))
        targets = {name: torch.randn(p.shape, generator=generator).to(p.dtype) for name, p in trained.items()}
        at_zero = {name: p.detach() == 0 for name, p in parameters.items() if p.ndim > 1}
        self._targets, self._at_zero = targets, at_zero
        self._velocities = {name: torch.zeros_like(p) for name, p in trained.items()}
        self._left = self.steps
        self.zeros.append(sum(int(zero.sum()) for zero in at_zero.values()))
        self.revived.append(0)
        return self._step(state)

    def go_on(self, state: State) -> State | None:
        """The next step of a run, once its caller was let in; None at the end."""
        weights = state["parameters"]
        self.revived[-1] += sum(int((weights[name][zero] != 0).sum()) for name, zero in self._at_zero.items())
        return self._step(state) if self._left else None

    def _step(self, state: State) -> State:
        self._left -= 1
        parameters, gradients = {}, {}
        for name, target in self._targets.items():
            parameter = state["parameters"][name].detach()
            gradients[name] = parameter - target
            velocity = self._velocities[name].mul_(0.9).add_(gradients[name])
            parameters[name] = parameter.sub(velocity, alpha=0.1)
        buffers = {name: buffer + 1 for name, buffer in state["buffers"].items()}
        return {"parameters": parameters, "gradients": gradients, "buffers": buffers}

    def record(self) -> dict[str, Any]:
        """Of each run: zeros among the weights (not the biases) at its start, and how often a step revived one."""
        return {"calls": len(self.zeros), "zeros": self.zeros, "revived": self.revived}
