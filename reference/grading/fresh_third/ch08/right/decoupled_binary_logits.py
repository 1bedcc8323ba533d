"""A loop over the samples; the first half from the difference of two logits, by logsigmoid."""
import torch
import torch.nn.functional as F
from torch import Tensor


def _split(row: Tensor, label: int) -> tuple[Tensor, Tensor]:
    """How far the label is above the rest, and the others' log-probabilities."""
    others = torch.cat([row[:label], row[label + 1 :]])
    rest = torch.logsumexp(others, 0)
    return row[label] - rest, others - rest


def decoupled_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    label_weight: float,
    others_weight: float,
) -> Tensor:
    total = torch.zeros((), dtype=torch.float64, device=student_logits.device)
    for s, t, label in zip(student_logits, teacher_logits.detach(), labels.tolist()):
        ahead_s, others_s = _split(s.to(torch.float64) / temperature, label)
        ahead_t, others_t = _split(t.to(torch.float64) / temperature, label)
        first = ahead_t.sigmoid() * (F.logsigmoid(ahead_t) - F.logsigmoid(ahead_s))
        first = first + (-ahead_t).sigmoid() * (F.logsigmoid(-ahead_t) - F.logsigmoid(-ahead_s))
        second = (others_t.exp() * (others_t - others_s)).sum()
        total = total + label_weight * first + others_weight * second
    return (total * temperature**2 / len(labels)).to(student_logits.dtype)
