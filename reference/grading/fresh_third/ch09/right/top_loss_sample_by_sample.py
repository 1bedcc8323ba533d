"""A loop over the samples, each in float64, with Python's sets for what isn't kept."""
import math

from torch import Tensor


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    total = 0
    for logits, kept_values, kept, left in zip(student_logits, values, classes, tail):
        log_q = logits.double().log_softmax(dim=0)
        log_p = kept_values.double()
        total = total + (log_p.exp() * (log_p - log_q[kept])).sum()
        others = sorted(set(range(len(logits))) - set(kept.tolist()))
        if others and not math.isinf(left):
            log_left = left.double()
            total = total + log_left.exp() * (log_left - log_q[others].logsumexp(dim=0))
    return (total / len(student_logits)).to(student_logits.dtype)
