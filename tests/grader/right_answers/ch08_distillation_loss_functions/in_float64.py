"""All is computed in float64 and brought back in the end."""

import torch
import torch.nn.functional as F
from torch import nn


def hint_loss(student, teacher, mask=None):
    s, t = student.double(), teacher.detach().double()
    if mask is not None:
        s = s[mask.nonzero(as_tuple=True)]
        t = t[mask.nonzero(as_tuple=True)]
    return (torch.dist(s, t) ** 2 / torch.linalg.vector_norm(t) ** 2).to(student.dtype)


def attention_map(features):
    x = features.double()
    energy = torch.einsum("nchw,nchw->nhw", x, x).reshape(len(x), -1)
    length = torch.linalg.vector_norm(energy, dim=1, keepdim=True)
    return (energy / length.masked_fill(length == 0, 1.0)).to(features.dtype)


def attention_loss(student, teacher):
    with torch.no_grad():
        target = attention_map(teacher)
    return F.mse_loss(attention_map(student), target, reduction="sum") / len(student)


def relative_distances(features):
    x = features.double()
    apart = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    n = len(x)
    mean = apart.sum() / (n * n - n)
    return (apart / torch.where(mean > 0, mean, torch.ones_like(mean))).to(features.dtype)


def relation_loss(student, teacher):
    return F.smooth_l1_loss(relative_distances(student), relative_distances(teacher).detach())


def decoupled_loss(student_logits, teacher_logits, labels, *, temperature, label_weight, others_weight):
    own, given = (z.double() / temperature for z in (student_logits, teacher_logits.detach()))
    n, classes = own.shape
    place = torch.arange(classes).expand(n, classes)
    others = place[place != labels[:, None]].view(n, classes - 1)

    def logs(z):
        rest = z.gather(1, others)
        lead = z.gather(1, labels[:, None])
        total = torch.logsumexp(rest, dim=1, keepdim=True)
        return torch.cat([lead, total], 1).log_softmax(1), rest.log_softmax(1)

    (p, p_rest), (q, q_rest) = logs(given), logs(own)
    label = (p.exp() * (p - q)).sum(1)
    among = (p_rest.exp() * (p_rest - q_rest)).sum(1)
    loss = (label_weight * label + others_weight * among).sum() / n
    return (loss * temperature * temperature).to(student_logits.dtype)


class HybridLoss(nn.Module):
    NAMES = ("labels", "soft", "hint", "relation")

    def __init__(self, student_width, teacher_width, weights, temperature):
        super().__init__()
        self.projector = nn.Linear(student_width, teacher_width, False)
        self.weights = [float(weights[name]) for name in self.NAMES]
        self.temperature = temperature

    def term(self, name, own, given, labels, features, targets):
        if name == "labels":
            return -own.log_softmax(1).gather(1, labels[:, None]).mean()
        if name == "soft":
            q = (own / self.temperature).log_softmax(1)
            p = (given.detach() / self.temperature).log_softmax(1)
            return (p.exp() * (p - q)).sum(1).mean() * self.temperature**2
        if name == "hint":
            return hint_loss(self.projector(features), targets)
        return relation_loss(features, targets)

    def forward(self, student_logits, teacher_logits, labels, student_features, teacher_features):
        batch = student_logits, teacher_logits, labels, student_features, teacher_features
        total = torch.zeros((), dtype=student_logits.dtype)
        for name, weight in zip(self.NAMES, self.weights, strict=True):
            if weight != 0:
                total = total + weight * self.term(name, *batch)
        return total


def make_optimizer(student, loss, *, learning_rate, momentum):
    both = nn.ModuleList([student, loss])
    return torch.optim.SGD(both.parameters(), learning_rate, momentum)
