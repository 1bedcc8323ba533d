"""F.kl_div with reduction="mean" divides by the number of all elements, outcomes too, instead of by the samples.

Text: "The mean over the N samples".
Input: with k = 2 and a tail, the loss is a third of what is promised.
"""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    log_q = student_logits.log_softmax(dim=1)
    student = log_q.gather(1, classes)
    teacher = values
    if classes.shape[1] < log_q.shape[1]:
        rest = log_q.scatter(1, classes, -math.inf).logsumexp(dim=1, keepdim=True)
        student = torch.cat([student, rest], dim=1)
        teacher = torch.cat([values, tail[:, None]], dim=1)
    return F.kl_div(student, teacher, log_target=True, reduction="mean")
