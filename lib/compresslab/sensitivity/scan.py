"""Which layers mind being compressed: one layer at a time, the others as they are, against the model as it was.

References:
    Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks" (section 3.1: the scan).
    Li et al. 2017, "Pruning Filters for Efficient ConvNets" (the same for filters).
    Cai et al. 2020, "ZeroQ: A Novel Zero Shot Quantization Framework" (divergence as the sensitivity to bits).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import one_of
from compresslab.cost import prunable_weights
from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.evaluation import Difference, accuracy_difference
from compresslab.hidden_weights import require_plain_parameters
from compresslab.pruning import apply_masks
from compresslab.pruning.scopes import require_names
from compresslab.sensitivity.allocation import Option
from compresslab.sensitivity.intervals import Mean, clustered_mean
from compresslab.sensitivity.techniques import Technique
from compresslab.training import Evaluation, evaluate


@dataclass(frozen=True)
class Tried:
    """One layer compressed at one setting, all others left alone.

    Attributes:
        layer: name of the weight.
        setting: its sparsity, or its bits.
        accuracy: compressed less original, in percentage points: negative where something was lost.
        divergence: Kullback-Leibler divergence of the compressed model's predictions from the original's, in nats. It
            is never negative, and moves long before an answer changes: it ranks layers that the accuracy can't tell
            apart.
        added_loss: cross-entropy of the compressed less that of the original, in nats: positive where it is worse. By
            luck it may be negative.
        file_bytes: of the stored model with this one layer compressed.

    >>> from compresslab.evaluation import Interval
    >>> lost = Difference(-1.5, Interval(-2.5, -0.5, 0.95), n=400, groups=400)
    >>> apart, worse = Mean(0.05, Interval(0.04, 0.06, 0.95)), Mean(0.04, Interval(0.02, 0.06, 0.95))
    >>> Tried("fc.weight", 0.9, lost, apart, worse, file_bytes=9_000).accuracy.points
    -1.5
    """

    layer: str
    setting: float
    accuracy: Difference
    divergence: Mean
    added_loss: Mean
    file_bytes: int


@dataclass(frozen=True)
class Scan:
    """What every layer's compression costs, layer by layer.

    Attributes:
        quantity: what a setting is: "sparsity" or "bits".
        tried: all layers at all settings, in the model's order.
        weights: number of each layer's weights, by name.
        original_accuracy: share of the samples that the model as it was gets right.
        original_bytes: of its file.
        bytes_without: by layer, the file's bytes were that layer empty.
        data: name of the data set; None where the batches have none.

    >>> Scan("bits", (), {}, 0.9, 100, {"a": 70, "b": 90}, None).fixed_bytes
    60
    """

    quantity: str
    tried: tuple[Tried, ...]
    weights: dict[str, int]
    original_accuracy: float
    original_bytes: int
    bytes_without: dict[str, int]
    data: str | None

    @property
    def fixed_bytes(self) -> int:
        """Bytes of the file that no scanned layer accounts for: biases, normalisation, names and shapes."""
        return self.original_bytes - sum(self.original_bytes - rest for rest in self.bytes_without.values())

    def options(self, *, by: Literal["divergence", "added_loss"] = "divergence") -> dict[str, list[Option]]:
        """For each layer, what allocation may choose from: as it is, or at a setting that was tried.

        Args:
            by: which mean counts as the loss. Small divergences are measured far better than small added losses, of
                which those that are negative by luck count as none.

        >>> Scan("bits", (), {"a": 5}, 0.9, 100, {"a": 70}, None).options()
        {'a': [Option(setting=None, size_bytes=30, loss=0.0)]}
        """
        one_of(("divergence", "added_loss"), by=by)
        found = {layer: [Option(None, self.original_bytes - rest, 0.0)] for layer, rest in self.bytes_without.items()}
        for one in self.tried:
            size = max(0, one.file_bytes - self.bytes_without[one.layer])
            mean = one.divergence if by == "divergence" else one.added_loss
            found[one.layer].append(Option(one.setting, size, max(0.0, mean.value)))
        return found


def scan(
    model: nn.Module,
    batches: Iterable[Batch],
    technique: Technique,
    *,
    settings: Sequence[float],
    layers: Collection[str] | None = None,
    groups: Tensor | None = None,
    level: float = 0.95,
) -> Scan:
    """Compress one layer at a time, and compare with the model as it was on the same samples.

    Args:
        model: in any mode; evaluated in evaluation mode and left as it was.
        batches: of the samples to measure on, always the same in the same order; take validation samples, since
            settings are chosen by what is found.
        technique: `PRUNING`, `BITS`, or one of your own; it must not touch the model that it is given.
        settings: sparsities or bits to try, without repetition.
        layers: names of the weights to scan; None takes all of convolution and linear layers.
        groups: (n,) source of each sample, where samples share one, in the order of the batches.
        level: coverage of the intervals.

    Raises:
        InputError: no layer, no setting, no sample, fewer than two groups; a weight that isn't finite or is computed
            from others; a setting that the technique refuses; logits that aren't finite; or a technique that changed
            the model itself (which is then put back).

    >>> from compresslab.data import Batches, load
    >>> from compresslab.models import mlp
    >>> from compresslab.sensitivity import PRUNING
    >>> digits = load("digits")
    >>> found = scan(mlp(hidden=[8]), Batches(digits, digits.validation, 500), PRUNING, settings=[0.5, 1.0])
    >>> [(one.layer, one.setting) for one in found.tried]
    [('1.weight', 0.5), ('1.weight', 1.0), ('3.weight', 0.5), ('3.weight', 1.0)]
    """
    require_plain_parameters(model, purpose="the scan")
    weights = {name: weight.numel() for name, weight in prunable_weights(model)}
    chosen = list(weights) if layers is None else [name for name in weights if name in layers]
    require_names(layers or (), weights, argument="layers")
    if not chosen:
        raise InputError("there is no layer to scan: the model has no convolution or linear layer, or layers is empty.")
    if not settings or len(set(settings)) < len(settings):
        raise InputError(f"settings={list(settings)}: give at least one {technique.quantity}, and each once.")
    for name, value in model.state_dict().items():
        if isinstance(value, Tensor) and not value.isfinite().all():
            raise InputError(f"{name!r} of the model holds NaN or infinity: there is nothing to compare with.")

    kept = list(batches)  # the same samples in the same order each time, whatever the loader would do
    original = evaluate(model, kept)
    believed, before = _read(original, "the model as it is")
    tried: list[Tried] = []
    without: dict[str, int] = {}
    for layer in chosen:
        empty = apply_masks(model, {layer: torch.zeros_like(model.get_parameter(layer), dtype=torch.bool)})
        without[layer] = technique.stored_bytes(empty, {})
        for setting in settings:
            found = evaluate_copy(model, kept, technique, layer, setting)
            now, after = _read(found, f"{layer} at {setting}")
            apart = (believed.exp() * (believed - now)).sum(1).clamp_(min=0)  # rounding gives -1e-17
            tried.append(
                Tried(
                    layer,
                    setting,
                    accuracy_difference(found.correct, original.correct, groups, level=level),
                    clustered_mean(apart, groups, level=level),
                    clustered_mean(after - before, groups, level=level),
                    technique.stored_bytes(model, {layer: setting}),
                )
            )
    return Scan(
        quantity=technique.quantity,
        tried=tuple(tried),
        weights={name: weights[name] for name in chosen},
        original_accuracy=original.accuracy,
        original_bytes=technique.stored_bytes(model, {}),
        bytes_without=without,
        data=getattr(batches, "dataset_name", None),
    )


def evaluate_copy(
    model: nn.Module, batches: Iterable[Batch], technique: Technique, layer: str, setting: float
) -> Evaluation:
    """Evaluate the model with one layer compressed, and make sure that the model itself stayed what it was.

    Raises:
        InputError: the technique changed the model, which is put back; or the compressed one gives NaN.

    >>> from compresslab.sensitivity import PRUNING
    >>> eye = Batch(torch.eye(2), labels=torch.tensor([0, 1]), ids=torch.tensor([0, 1]))
    >>> evaluate_copy(nn.Linear(2, 2, bias=False), [eye], PRUNING, "weight", 1.0).logits.abs().sum()
    tensor(0.)
    """
    state = {name: value.clone() for name, value in model.state_dict().items() if isinstance(value, Tensor)}
    compressed = technique.compress(model, {layer: setting})
    now = model.state_dict()
    changed = [name for name, value in state.items() if not torch.equal(now[name], value)]
    if compressed is model or changed:
        model.load_state_dict({**now, **state})
        raise InputError(
            f"{technique.quantity} {setting} of {layer!r} changed the model itself, so the next layer would be scanned "
            "with this one compressed: let compress change a copy (copy.deepcopy)."
        )
    try:
        return evaluate(compressed, batches)
    except FloatingPointError as error:
        raise InputError(
            f"with {layer!r} at {technique.quantity} {setting}, {error} Leave this setting out."
        ) from error


def _read(found: Evaluation, what: str) -> tuple[Tensor, Tensor]:
    """Log-probabilities (n, classes) and losses (n,), in float64."""
    log_probabilities = found.logits.double().log_softmax(1)
    if not log_probabilities.isfinite().all():
        raise InputError(f"{what}: a logit is infinite, so that there is no loss to compare.")
    return log_probabilities, F.nll_loss(log_probabilities, found.labels, reduction="none")
