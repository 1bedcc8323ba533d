"""All of the assignment, with direct tensor arithmetic and one KL helper; the terms are appended to a list."""
import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _kl(log_p: Tensor, log_q: Tensor) -> Tensor:
    return (log_p.exp() * (log_p - log_q)).sum(dim=-1).mean()


def hint_loss(student: Tensor, teacher: Tensor, mask: Tensor | None = None) -> Tensor:
    if mask is None:
        mask = torch.ones(student.shape[:-1], dtype=torch.bool, device=student.device)
    teacher = teacher.detach()[mask]
    return F.mse_loss(student[mask], teacher) / F.mse_loss(teacher, torch.zeros_like(teacher))


def attention_map(features: Tensor) -> Tensor:
    x = features.double()
    strength = (x * x).mean(dim=1).flatten(1)
    length = strength.square().sum(dim=1, keepdim=True)
    there = length > 0
    root = torch.where(there, length, torch.ones_like(length)).sqrt()
    return (strength / root).to(features.dtype)


def attention_loss(student: Tensor, teacher: Tensor) -> Tensor:
    return (attention_map(student) - attention_map(teacher).detach()).pow(2).sum(dim=1).mean()


def relative_distances(features: Tensor) -> Tensor:
    n = features.shape[0]
    squares = (features.unsqueeze(1) - features.unsqueeze(0)).double().square().sum(dim=-1)
    apart = squares > 0
    distances = torch.where(apart, torch.where(apart, squares, torch.ones_like(squares)).sqrt(), torch.zeros_like(squares))
    mean = distances.sum() / (n * (n - 1))
    return (distances / mean if apart.any() else distances).to(features.dtype)


def relation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    u = (relative_distances(student) - relative_distances(teacher.detach())).abs()
    return torch.where(u <= 1, u * u / 2, u - 0.5).mean()


def decoupled_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    label_weight: float,
    others_weight: float,
) -> Tensor:
    classes = student_logits.shape[1]
    columns = torch.arange(classes, device=labels.device).expand(len(labels), classes)
    places = columns[columns != labels[:, None]].reshape(len(labels), classes - 1)
    sides = []
    for logits in (teacher_logits.detach(), student_logits):
        z = logits.double() / temperature
        others = z.gather(1, places)
        rest = others.logsumexp(dim=1, keepdim=True)
        two = torch.cat([z.gather(1, labels[:, None]), rest], dim=1)
        sides.append((two - two.logsumexp(dim=1, keepdim=True), others - rest))
    (two_t, others_t), (two_s, others_s) = sides
    loss = label_weight * _kl(two_t, two_s) + others_weight * _kl(others_t, others_s)
    return (temperature**2 * loss).to(student_logits.dtype)


class HybridLoss(nn.Module):
    def __init__(
        self,
        student_width: int,
        teacher_width: int,
        weights: dict[str, float],
        temperature: float,
    ) -> None:
        super().__init__()
        self.weights, self.temperature = dict(weights), temperature
        self.projector = nn.Linear(in_features=student_width, out_features=teacher_width, bias=False)

    def forward(
        self,
        student_logits: Tensor,
        teacher_logits: Tensor,
        labels: Tensor,
        student_features: Tensor,
        teacher_features: Tensor,
    ) -> Tensor:
        terms = []
        if weight := self.weights.get("labels", 0):
            terms.append(weight * F.cross_entropy(student_logits, labels))
        if weight := self.weights.get("soft", 0):
            log_p = F.log_softmax(teacher_logits.detach() / self.temperature, dim=1)
            log_q = F.log_softmax(student_logits / self.temperature, dim=1)
            terms.append(weight * self.temperature**2 * _kl(log_p, log_q))
        if weight := self.weights.get("hint", 0):
            terms.append(weight * hint_loss(self.projector(student_features), teacher_features))
        if weight := self.weights.get("relation", 0):
            terms.append(weight * relation_loss(student_features, teacher_features))
        return torch.stack(terms).sum() if terms else student_logits.new_zeros(())


def make_optimizer(
    student: nn.Module, loss: nn.Module, *, learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    unique = {id(p): p for p in itertools.chain(student.parameters(), loss.parameters())}
    return torch.optim.SGD(list(unique.values()), lr=learning_rate, momentum=momentum)
