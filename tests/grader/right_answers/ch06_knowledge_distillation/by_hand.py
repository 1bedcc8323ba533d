"""Logarithms by logsumexp, sums by loops, the teacher's state put back from a copy."""

import math

import torch


def soft_targets(logits, temperature):
    if not temperature > 0:
        raise ValueError(f"a temperature of {temperature}")
    scaled = logits / temperature
    return torch.exp(scaled - torch.logsumexp(scaled, dim=-1, keepdim=True))


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if alpha < 0 or alpha > 1:
        raise ValueError(f"alpha is {alpha}")
    if student_logits.size() != teacher_logits.size():
        raise ValueError("the two answers differ in shape")
    total = 0
    for s, t, label in zip(student_logits, teacher_logits, labels, strict=True):
        q, p = ((z / temperature).log_softmax(dim=0) for z in (s, t))
        total = total + alpha * temperature * temperature * torch.sum(p.exp() * (p - q))
        total = total - (1 - alpha) * s.log_softmax(dim=0)[label]
    return total / len(labels)


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    found = torch.zeros_like(student_logits)
    for row, label in enumerate(labels.tolist()):
        s, t = student_logits[row].detach(), teacher_logits[row].detach()
        soft = temperature * ((s / temperature).softmax(0) - (t / temperature).softmax(0))
        hard = s.softmax(0)
        hard[label] -= 1
        found[row] = (alpha * soft + (1 - alpha) * hard) / len(labels)
    return found


def read_weights(value, convention, *, temperature, squared):
    a, b = {"soft": (value, 1 - value), "labels": (1 - value, value), "added": (value, 1)}.get(convention, (-1, -1))
    if min(a, b) < 0:
        raise ValueError(f"{value} in {convention}")
    a = a if squared else a / math.pow(temperature, 2)
    return [a / (a + b), a + b]
