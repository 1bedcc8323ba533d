"""The divergence as negative entropy (xlogy, which knows 0 ln 0) less p ln q by einsum; labels by gather."""
import torch
from torch import Tensor


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if alpha < 0 or alpha > 1:
        raise ValueError("alpha is outside of 0 to 1")
    if tuple(student_logits.shape) != tuple(teacher_logits.shape):
        raise ValueError("the logits differ in shape")
    s, t = student_logits.double(), teacher_logits.detach().double()
    p = torch.softmax(t / temperature, dim=-1)
    log_q = torch.log_softmax(s / temperature, dim=-1)
    divergence = torch.xlogy(p, p).sum() - torch.einsum("nc,nc->", p, log_q)
    surprise = -torch.log_softmax(s, dim=-1).gather(1, labels.reshape(-1, 1)).sum()
    total = alpha * temperature * temperature * divergence + (1 - alpha) * surprise
    return (total / s.shape[0]).to(student_logits.dtype)
