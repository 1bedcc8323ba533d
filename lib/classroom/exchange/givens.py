"""Callables that a check hands to a learner's function: a trainer, a loss, a metric.

Each is a class whose settings are plain data. Its `record()` is what the check sees of it after the call. Another
chapter adds a class here and names it in `spec.given`; nothing else has to change.
"""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn


class Recorder:
    """Answers with canned values, one after the other, and keeps what it was called with.

    Args:
        answers: plain data; the last one is given again and again.

    >>> metric = Recorder(answers=[0.5, 0.7])
    >>> metric("first"), metric("second"), len(metric.record()["calls"])
    (0.5, 0.7, 2)
    """

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


class Trainer:
    """Stands for a training run: moves every parameter that requires a gradient by the same step.

    Args:
        step: added to each element, zeros included: a mask that isn't applied again is lost.

    >>> model = nn.Linear(1, 1)
    >>> before, trainer = model.weight.item(), Trainer(step=0.5)
    >>> trainer(model)
    >>> round(model.weight.item() - before, 3), trainer.record()
    (0.5, {'calls': 1})
    """

    def __init__(self, step: float = 0.01) -> None:
        self.step = step
        self.calls = 0

    def __call__(self, model: nn.Module, *args: Any, **kwargs: Any) -> None:
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(self.step)
        self.calls += 1

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

    def __init__(self, seed: int = 0, steps: int = 3) -> None:
        self.seed, self.steps = seed, steps
        self.zeros: list[int] = []
        self.revived: list[int] = []

    def __call__(self, model: nn.Module, after_step: Callable[[nn.Module], Any] | None = None) -> None:
        """Train a model in place.

        Args:
            model: to train.
            after_step: called with the model after every step.
        """
        generator = torch.Generator().manual_seed(1000 * self.seed + len(self.zeros))
        parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
        targets = {name: torch.randn(p.shape, generator=generator).to(p.dtype) for name, p in parameters.items()}
        velocities = {name: torch.zeros_like(p) for name, p in parameters.items()}
        at_zero = [(p, p.detach() == 0) for p in model.parameters() if p.ndim > 1]
        self.zeros.append(sum(int(zero.sum()) for _, zero in at_zero))
        self.revived.append(0)
        for _ in range(self.steps):
            with torch.no_grad():
                for name, parameter in parameters.items():
                    parameter.grad = parameter - targets[name]
                    velocities[name].mul_(0.9).add_(parameter.grad)
                    parameter.sub_(velocities[name], alpha=0.1)
                for module in model.modules():
                    for buffer in module.buffers(recurse=False) if module.training else ():
                        buffer.add_(1)
            if after_step is not None:  # with gradients on, as after an optimizer's step
                after_step(model)
            self.revived[-1] += sum(int((weight[zero] != 0).sum()) for weight, zero in at_zero)

    def record(self) -> dict[str, Any]:
        """Of each run: zeros among the weights (not the biases) at its start, and how often a step revived one."""
        return {"calls": len(self.zeros), "zeros": self.zeros, "revived": self.revived}


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
