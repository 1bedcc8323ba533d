"""Takes 1000 off the label's logit among the others, as published code does: too little for a logit of 1e4.

Text: "logits ... of any size up to 1e4"; "Both halves are right however sure teacher or student are".
Input: teacher [[5000., 1., 0.]], student [[0., 0., 1.]], label 0, weights 0 and 1, temperature 1: the teacher's others get nothing.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def decoupled_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    label_weight: float,
    others_weight: float,
) -> Tensor:
    s, t = student_logits / temperature, teacher_logits.detach() / temperature
    label = F.one_hot(labels, s.shape[1]).bool()

    def two(z: Tensor) -> Tensor:
        rest = z.masked_fill(label, -torch.inf).logsumexp(dim=1)
        return torch.log_softmax(torch.stack([z[label], rest], dim=1), dim=1)

    p, q = two(t), two(s)
    first = (p.exp() * (p - q)).sum(dim=1).mean()
    p, q = (torch.log_softmax(z - 1000 * label, dim=1) for z in (t, s))
    second = (p.exp() * (p - q)).sum(dim=1).mean()
    return temperature**2 * (label_weight * first + others_weight * second)
