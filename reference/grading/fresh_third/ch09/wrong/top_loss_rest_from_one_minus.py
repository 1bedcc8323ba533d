"""The student's rest is 1 less what it gives to the kept classes, held above 1e-12: far too large for a confident student, and without a gradient there.

Text: "(student_logits) up to 1e4 in size"; the divergence has log q_rest, which comes "from the others' own logits".
Input: teacher's logits 0 and 0, k = 1, student's logits 100 and 0: promised is 0.5 * 100 - log 2; this says about 0.5 * 27.6 - log 2.
"""
import torch
from torch import Tensor


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    log_q = student_logits.log_softmax(dim=1).gather(1, classes)
    rest = (1 - log_q.exp().sum(dim=1)).clamp(min=1e-12)
    loss = (values.exp() * (values - log_q)).sum(dim=1)
    has_tail = torch.isfinite(tail)
    safe_tail = torch.where(has_tail, tail, torch.zeros_like(tail))
    loss = loss + torch.where(has_tail, safe_tail.exp() * (safe_tail - rest.log()), torch.zeros_like(tail))
    return loss.mean()
