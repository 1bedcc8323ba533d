"""A loop over the samples: each one's divergence and surprise in float64, then the means."""
import torch
from torch import Tensor


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha is {alpha}")
    if student_logits.shape != teacher_logits.shape:
        raise ValueError(f"{tuple(student_logits.shape)} and {tuple(teacher_logits.shape)}")
    divergences, surprises = [], []
    for s, t, y in zip(student_logits.double(), teacher_logits.detach().double(), labels.tolist()):
        log_p = torch.log_softmax(t / temperature, 0)
        log_q = torch.log_softmax(s / temperature, 0)
        divergences.append(torch.dot(log_p.exp(), log_p - log_q))
        surprises.append(s.logsumexp(0) - s[y])
    soft, hard = (torch.stack(each).mean() for each in (divergences, surprises))
    return (alpha * temperature**2 * soft + (1 - alpha) * hard).to(student_logits.dtype)
