"""Loops over samples, an optimizer with two groups, and a projector that is set up by name."""

import torch
import torch.nn.functional as F
from torch import nn


def hint_loss(student, teacher, mask=None):
    teacher = teacher.clone().detach()
    if mask is not None:
        out = ~mask.unsqueeze(-1)
        student, teacher = student.masked_fill(out, 0.0), teacher.masked_fill(out, 0.0)
    apart, signal = (student - teacher).flatten(), teacher.flatten()
    size = signal.abs().max()
    return ((apart / size) ** 2).sum() / ((signal / size) ** 2).sum()


def attention_map(features):
    maps = []
    for sample in features:
        energy = (sample * sample).sum(0).reshape(-1)
        length = energy.norm()
        maps.append(energy / length if length > 0 else 0.0 * energy)
    return torch.stack(maps)


def attention_loss(student, teacher):
    pairs = zip(attention_map(student), attention_map(teacher).detach(), strict=True)
    losses = [((one - other) ** 2).sum() for one, other in pairs]
    return torch.stack(losses).mean()


def relative_distances(features):
    n = features.shape[0]
    first, second = torch.triu_indices(n, n, offset=1)
    pairs = (features[first] - features[second]).norm(dim=-1)
    mean = pairs.mean()
    pairs = pairs / mean if float(mean) > 0 else pairs * 0
    table = torch.zeros(n, n, dtype=features.dtype).index_put((first, second), pairs)
    return table + table.T


def relation_loss(student, teacher):
    apart = relative_distances(student) - relative_distances(teacher).detach()
    far = apart.abs() > 1
    return torch.where(far, apart.abs() - 0.5, 0.5 * apart * apart).mean()


def decoupled_loss(student_logits, teacher_logits, labels, *, temperature, label_weight, others_weight):
    total = []
    for own, given, label in zip(student_logits, teacher_logits.detach(), labels.tolist(), strict=True):
        rest = [c for c in range(len(own)) if c != label]
        halves = []
        for z in (given / temperature, own / temperature):
            pair = torch.stack((z[label], z[rest].logsumexp(0)))
            halves.append((pair.log_softmax(0), z[rest].log_softmax(0)))
        (p, p_rest), (q, q_rest) = halves
        first = F.kl_div(q, p, reduction="sum", log_target=True)
        second = F.kl_div(q_rest, p_rest, reduction="sum", log_target=True)
        total.append(label_weight * first + others_weight * second)
    return temperature**2 * sum(total) / len(total)


class HybridLoss(nn.Module):
    def __init__(self, student_width, teacher_width, weights, temperature):
        super().__init__()
        layer = nn.Linear(student_width, teacher_width, bias=False)
        nn.init.orthogonal_(layer.weight)
        self.add_module("projector", layer)
        self._weights = {**weights}
        self._temperature = temperature

    def forward(self, student_logits, teacher_logits, labels, student_features, teacher_features):
        parts = []
        for name, weight in self._weights.items():
            if weight > 0:
                value = getattr(self, f"_{name}")(
                    student_logits, teacher_logits, labels, student_features, teacher_features
                )
                parts.append(weight * value)
        return torch.stack(parts).sum() if parts else 0 * student_logits.sum()

    def _labels(self, own, given, labels, features, targets):
        return F.cross_entropy(own, labels)

    def _soft(self, own, given, labels, features, targets):
        t = self._temperature
        targets = F.softmax(given.detach() / t, dim=1)
        return t * t * F.kl_div(F.log_softmax(own / t, dim=1), targets, reduction="batchmean")

    def _hint(self, own, given, labels, features, targets):
        return hint_loss(features @ self.projector.weight.T, targets)

    def _relation(self, own, given, labels, features, targets):
        return relation_loss(features, targets)


def make_optimizer(student, loss, *, learning_rate, momentum):
    groups = [{"params": list(student.parameters())}, {"params": list(loss.parameters())}]
    return torch.optim.SGD(groups, lr=learning_rate, momentum=momentum, weight_decay=0.0)
