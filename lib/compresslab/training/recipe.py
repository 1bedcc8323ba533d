"""How a model is trained: every setting in one place, the one-cycle schedule, and the precision to use."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import torch
from torch import nn

from compresslab.arguments import at_least, one_of, positive, share, whole

Precision = Literal["auto", "fp32", "bf16", "fp16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


@dataclass(frozen=True)
class Recipe:
    """The settings of one training run. Two runs with equal recipes, data and machine give equal models.

    Attributes:
        epochs: passes over the training split.
        batch_size: images a step.
        learning_rate: the peak of the one-cycle schedule.
        warmup: share of all steps spent climbing to the peak, 0 to 1.
        optimizer: "sgd" (Nesterov momentum) or "adamw".
        momentum: of SGD; AdamW keeps its usual 0.9 and 0.999.
        weight_decay: on weights of two and more dimensions only; biases and normalisation have none.
        label_smoothing: of the default cross-entropy objective, 0 to 1.
        augment: names of augmentations; None takes those that are safe for the data set.
        views: in how many ways each image is augmented, as a cached teacher needs it; None: anew in every epoch.
        precision: "fp32", or autocast to "bf16" or "fp16"; "auto" takes the fastest that the device computes
            natively.
        channels_last: memory format of images and convolutions: faster on CPUs and tensor cores.
        patience: stop after this many epochs without a better validation accuracy, and give the best epoch's
            model; None trains to the end and gives the last.
        seed: of the data order, augmentation and dropout. The initial weights are the caller's.
        average: judge and give the weights' exponential moving average, which keeps this share of itself in a step (see
            `average`); None: the weights as they are.

    Raises:
        InputError: a setting is out of its range.

    >>> Recipe(epochs=10, learning_rate=0.05).batch_size
    128
    """

    epochs: int
    batch_size: int = 128
    learning_rate: float = 0.1
    warmup: float = 0.25
    optimizer: Literal["sgd", "adamw"] = "sgd"
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    augment: tuple[str, ...] | None = None
    views: int | None = None
    precision: Precision = "auto"
    channels_last: bool = True
    patience: int | None = None
    seed: int = 0
    average: float | None = None

    def __post_init__(self) -> None:
        whole(epochs=self.epochs, batch_size=self.batch_size)
        if self.patience is not None:
            whole(patience=self.patience)
        if self.views is not None:
            whole(views=self.views)
        whole(0, seed=self.seed)
        positive(learning_rate=self.learning_rate)
        share(one=False, warmup=self.warmup, label_smoothing=self.label_smoothing, momentum=self.momentum)
        if self.average is not None:
            share(zero=False, one=False, average=self.average, hint="the share that the average keeps in a step")
        at_least(0, weight_decay=self.weight_decay)
        one_of(("sgd", "adamw"), optimizer=self.optimizer)
        one_of(PRECISIONS, precision=self.precision)

    def settings(self) -> dict[str, Any]:
        """All settings by name, as checkpoints and records hold them.

        A setting that recipes once did without is left out where it isn't used: what was trained before is still known.

        >>> "average" in Recipe(epochs=1).settings(), Recipe(epochs=1, average=0.9).settings()["average"]
        (False, 0.9)
        """
        settings = asdict(self)
        if self.average is None:
            del settings["average"]
        return settings

    def __fingerprint__(self) -> object:
        """For `identity.fingerprint`."""
        return self.settings()


def one_cycle(step: int, steps: int, *, peak: float, warmup: float) -> float:
    """Learning rate of `step` (0-based) out of `steps`: a linear climb to `peak`, then a cosine down to near 0.

    Args:
        step: from 0 to steps - 1.
        steps: of the whole run.
        peak: the highest rate.
        warmup: share of the steps spent climbing, below 1.

    Raises:
        InputError: an argument is out of its range.

    Reference:
        Smith and Topin 2018, "Super-Convergence".

    >>> [round(one_cycle(step, 8, peak=1.0, warmup=0.25), 3) for step in (0, 1, 2, 5, 7)]
    [0.333, 0.667, 1.0, 0.5, 0.067]
    """
    whole(steps=steps)
    whole(0, steps - 1, step=step)
    positive(peak=peak)
    share(one=False, warmup=warmup)
    climb = warmup * steps
    if step < climb:
        return peak * (step + 1) / (math.ceil(climb) + 1)
    return peak * 0.5 * (1 + math.cos(math.pi * (step - climb) / max(1.0, steps - climb)))


def build_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimizer over the trainable parameters of `model`.

    >>> weights, biases = build_optimizer(nn.Linear(2, 3), Recipe(epochs=1)).param_groups
    >>> weights["weight_decay"], biases["weight_decay"]
    (0.0005, 0.0)
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trainable if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in trainable if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=recipe.learning_rate)
    nesterov = recipe.momentum > 0
    return torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=recipe.momentum, nesterov=nesterov)


def autocast(precision: Precision, device: torch.device) -> torch.autocast:
    """The autocast context of a precision on a device; for fp32, one that does nothing.

    >>> with autocast("bf16", torch.device("cpu")):
    ...     nn.Linear(2, 3)(torch.ones(1, 2)).dtype
    torch.bfloat16
    """
    one_of(PRECISIONS, precision=precision)
    if precision == "auto":
        precision = _native_half(device)
    dtype = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    return torch.autocast(device.type, dtype=dtype or torch.bfloat16, enabled=dtype is not None)


def _native_half(device: torch.device) -> Precision:
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    if device.type == "cpu" and _cpu_computes_bf16():
        return "bf16"
    return "fp32"


def _cpu_computes_bf16() -> bool:
    # Emulated bf16 is slower than fp32, so only instructions that multiply bf16 count. The keys are PyTorch's
    # own; "bf16" is ARM's.
    found = torch.cpu.get_capabilities()
    return any(found.get(flag) for flag in ("avx512_bf16", "amx_bf16", "bf16"))
