"""PyTorch's own divergence, an optimizer, and a frozen copy of the teacher."""

import copy

import torch
import torch.nn.functional as F
from torch import nn


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.log_softmax(logits / temperature, dim=1).exp()


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    log_q = F.log_softmax(student_logits / temperature, dim=1)
    divergence = nn.KLDivLoss(reduction="batchmean", log_target=True)
    soft = divergence(log_q, F.log_softmax(teacher_logits / temperature, dim=1))
    return torch.lerp(nn.CrossEntropyLoss()(student_logits, labels), temperature**2 * soft, alpha)


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    logits = student_logits.detach().clone().requires_grad_()
    distillation_loss(logits, teacher_logits.detach(), labels, temperature=temperature, alpha=alpha).backward()
    return logits.grad


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    fixed = copy.deepcopy(teacher).eval()
    optimizer = torch.optim.SGD(student.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    settings = {"temperature": temperature, "alpha": alpha}
    loss = distillation_loss(student(inputs), fixed(inputs).detach(), labels, **settings)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def read_weights(value, convention, *, temperature, squared):
    match convention:
        case "soft" | "labels" if 0 <= value <= 1:
            soft, labels = value, 1 - value
        case "added" if value >= 0:
            soft, labels = value, 1.0
        case _:
            raise ValueError(f"{convention} of {value}")
    if convention == "labels":
        soft, labels = labels, soft
    factor = soft * (1 if squared else temperature**-2) + labels
    return 1 - labels / factor, factor
