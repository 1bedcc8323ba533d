"""Whether two models err on the same samples, beyond what their accuracies make likely.

References:
    Geirhos et al. 2020, "Beyond Accuracy: Quantifying Trial-by-Trial Behaviour of CNNs and Humans by Measuring Error
    Consistency".
    Cohen 1960, "A Coefficient of Agreement for Nominal Scales".
"""

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation.inputs import paired_booleans


def error_correlation(correct_a: ArrayLike | Tensor, correct_b: ArrayLike | Tensor) -> float:
    """Pearson's correlation of two models' errors (phi), -1 to 1; 1 where they err on the same samples.

    A compressed model whose accuracy is the original's, and whose errors hardly correlate with its, is another model.

    Args:
        correct_a, correct_b: booleans (n,), whether each model was right; same samples, same order.

    Raises:
        InputError: a model is right, or wrong, on every sample: nothing varies; or as `accuracy_change`.

    >>> error_correlation([True, True, False, False], [True, False, True, False])
    0.0
    """
    a, b = paired_booleans(("correct_a", "correct_b"), correct_a, correct_b)
    for name, values in (("correct_a", a), ("correct_b", b)):
        if values.all() or not values.any():
            raise InputError(f"{name} is {bool(values[0])} for every sample: errors that never vary don't correlate.")
    return float(np.corrcoef(a, b)[0, 1])


def error_consistency(correct_a: ArrayLike | Tensor, correct_b: ArrayLike | Tensor) -> float:
    """Cohen's kappa of right and wrong: agreement beyond what two independent models of these accuracies would show.

    Args:
        correct_a, correct_b: booleans (n,), whether each model was right; same samples, same order.

    Returns:
        1 where both are right on the same samples, 0 where they agree as by chance, negative where less.

    Raises:
        InputError: both models are right, or both wrong, on every sample; or as `accuracy_change`.

    >>> round(error_consistency([True, True, True, False], [True, True, False, False]), 2)
    0.5
    """
    a, b = paired_booleans(("correct_a", "correct_b"), correct_a, correct_b)
    by_chance = float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    if by_chance == 1:
        raise InputError(f"both models are {'right' if a[0] else 'wrong'} on every sample: chance agrees as well.")
    return (float((a == b).mean()) - by_chance) / (1 - by_chance)
