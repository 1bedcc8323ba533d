"""Takes the logarithm of the teacher's stored probabilities: 0 times minus infinity is NaN.

Text: "float32 or float64, from -1e4 to 1e4", "there is no NaN and no infinity".
Input: teacher [[1000., 0.]], student [[0., 0.]], temperature 1, alpha 1 gives NaN; promised is 0.693.
"""
import torch.nn.functional as F
from torch import Tensor


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if alpha < 0 or alpha > 1:
        raise ValueError("alpha must be between 0 and 1")
    if student_logits.shape != teacher_logits.shape:
        raise ValueError("student and teacher differ in shape")
    p = F.softmax(teacher_logits / temperature, dim=1).detach()
    log_q = F.log_softmax(student_logits / temperature, dim=1)
    soft = (p * (p.log() - log_q)).sum(dim=1).mean() * temperature**2
    return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)
