"""In float64: the others' logits by a boolean index, the rest by their logsumexp, both halves by kl_div."""
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
    n, classes = student_logits.shape
    label = F.one_hot(labels, classes).bool()

    def halves(logits: Tensor) -> tuple[Tensor, Tensor]:
        z = logits.double() / temperature
        others = z[~label].reshape(n, classes - 1)
        two = torch.stack([z[label], others.logsumexp(dim=1)], dim=1)
        return F.log_softmax(two, dim=1), F.log_softmax(others, dim=1)

    parts = [
        F.kl_div(q, p, reduction="batchmean", log_target=True)
        for q, p in zip(halves(student_logits), halves(teacher_logits.detach()))
    ]
    loss = temperature**2 * (label_weight * parts[0] + others_weight * parts[1])
    return loss.to(student_logits.dtype)
