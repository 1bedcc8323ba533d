"""Autograd does it, and the graph is kept for a second derivative.

loses: gradient_labels
says: without a graph
"""

# ruff: noqa: F821  what it calls is the solution's

import torch


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    logits = student_logits if student_logits.requires_grad else student_logits.clone().requires_grad_()
    loss = distillation_loss(logits, teacher_logits, labels, temperature=temperature, alpha=alpha)
    return torch.autograd.grad(loss, logits, create_graph=True)[0]
