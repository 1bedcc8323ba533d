"""1 - p by subtraction, which is 0 for a sure teacher.

loses: decoupled_extremes
says: from the logits
"""

import torch
import torch.nn.functional as F


def decoupled_loss(student_logits, teacher_logits, labels, *, temperature, label_weight, others_weight):
    rows = torch.arange(len(labels))
    p = (teacher_logits.detach() / temperature).softmax(1)
    q = (student_logits / temperature).softmax(1)
    a, b = p[rows, labels], q[rows, labels]
    label = a * (a / b).log() + (1 - a) * ((1 - a) / (1 - b)).log()
    rest = ~F.one_hot(labels, p.shape[1]).bool()
    p, q = (x[rest].view(len(labels), -1) for x in (p, q))
    p, q = p / p.sum(1, keepdim=True), q / q.sum(1, keepdim=True)
    others = (p * (p / q).log()).sum(1)
    return temperature**2 * (label_weight * label + others_weight * others).mean()
