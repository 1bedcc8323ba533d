"""Temperature scaling: one number that makes a model as sure as it is right, and leaves every answer as it is.

Reference:
    Guo et al. 2017, "On Calibration of Modern Neural Networks".
"""

import math

from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation.inputs import check_labels

_REACH = math.log(1e6)
_HALVINGS = 80


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature by which logits are divided to give the labels the least mean cross-entropy.

    Fit it on the validation split, and anew after compression: rounding changes how sure a model is, and the original's
    temperature may not be the compressed model's. In 1 / temperature the loss is convex, so that its minimum is where
    the slope changes sign.

    Args:
        logits: (n, classes) of images that no weight was fitted on.
        labels: (n,) int64.

    Returns:
        The temperature, above 1 for a model that is too sure of itself.

    Raises:
        InputError: a label is no class, a logit is not finite; or the loss falls without end as the temperature goes to
            0, because every sample is right, or to infinity, because the model is no better than guessing.

    >>> import torch
    >>> logits = torch.tensor([[0.0, 3.0]]).log1p().repeat(10, 1)  # sure by 4 to 1, and right by 3 to 2
    >>> round(fit_temperature(logits, torch.tensor([1] * 6 + [0] * 4)), 2) == round(math.log(4) / math.log(1.5), 2)
    True
    """
    check_labels(logits, labels)
    z = logits.double()
    target = z.gather(1, labels.long()[:, None]).mean()
    if bool((z.argmax(1) == labels).all()):
        raise InputError(f"all {len(z)} samples are right: the surer the better, so that no temperature is best.")
    if z.mean() >= target:
        raise InputError(f"on these {len(z)} samples the model is no better than guessing: no temperature is best.")

    def slope(temperature: float) -> float:
        """Of the mean cross-entropy by 1 / temperature."""
        return float(((z / temperature).softmax(1) * z).sum(1).mean() - target)

    unit = math.log(float(z.std()))  # logits of any size
    low, high = unit - _REACH, unit + _REACH
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # A slope above 0 says that 1 / temperature is too large.
        low, high = (middle, high) if slope(math.exp(middle)) > 0 else (low, middle)
    return math.exp((low + high) / 2)
