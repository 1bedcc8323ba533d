"""The student's softmax is taken over the kept classes and nothing else; its tail comes from the full softmax.

Text: "The student's softmax is over all its classes"; "KL over the kept classes and the rest taken as one".
Input: the student's logits equal the teacher's, with a tail: the loss isn't 0.
"""
import math

from torch import Tensor


def top_loss(student_logits: Tensor, values: Tensor, classes: Tensor, tail: Tensor) -> Tensor:
    kept = student_logits.gather(1, classes).log_softmax(dim=1)
    loss = (values.exp() * (values - kept)).sum(dim=1)
    if classes.shape[1] < student_logits.shape[1]:
        others = student_logits.log_softmax(1).scatter(1, classes, -math.inf).logsumexp(1)
        loss = loss + tail.exp() * (tail - others)
    return loss.mean()
