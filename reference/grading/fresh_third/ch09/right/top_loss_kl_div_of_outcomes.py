"""The k + 1 outcomes are put side by side and given to F.kl_div with log_target; where all classes are kept, there are only k."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    log_q = F.log_softmax(student_logits, dim=1)
    student, teacher = log_q.gather(1, classes), values
    if classes.size(1) < log_q.size(1):
        is_kept = torch.zeros_like(log_q, dtype=torch.bool).scatter(1, classes, True)
        rest = log_q.masked_fill(is_kept, -math.inf).logsumexp(dim=1)
        student = torch.column_stack([student, rest])
        teacher = torch.column_stack([teacher, tail])
    return F.kl_div(student, teacher, reduction="batchmean", log_target=True)
