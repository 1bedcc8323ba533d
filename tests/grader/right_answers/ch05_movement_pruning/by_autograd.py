"""Scores are parameters of an optimizer, the mask is an autograd function, masks come from a full sort."""

import torch
import torch.nn.functional as F
from torch import nn


def movement_update(scores, weight, gradient, *, score_rate):
    learned = scores.clone().requires_grad_()
    weight = weight.detach()
    (learned * (weight * gradient)).sum().backward()
    return (learned - score_rate * learned.grad).detach()


def fine_tune(model, batches, *, learning_rate, score_rate):
    matrices = {name: parameter for name, parameter in model.named_parameters() if parameter.ndim == 2}
    scores = {name: nn.Parameter(torch.zeros_like(matrix)) for name, matrix in matrices.items()}
    groups = [{"params": list(model.parameters()), "lr": learning_rate}]
    groups.append({"params": list(scores.values()), "lr": score_rate})
    optimizer = torch.optim.SGD(groups)
    for inputs, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        for name, matrix in matrices.items():
            scores[name].grad = matrix.detach() * matrix.grad
        optimizer.step()
    return {name: score.detach() for name, score in scores.items()}


def top_v_mask(scores, keep):
    if keep < 0 or keep > 1:
        raise ValueError("keep is a share")
    rank = scores.reshape(-1).argsort(descending=True, stable=True).argsort()
    return (rank < round(keep * scores.numel())).reshape(scores.shape)


class Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, keep):
        return top_v_mask(scores, keep).to(scores.dtype)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def masked_linear(x, weight, scores, keep):
    return F.linear(x, weight * Step.apply(scores, keep))


def soft_mask(scores, threshold):
    return torch.where(1 / (1 + torch.exp(-scores)) > threshold, True, False)


def soft_penalty(*layers):
    count = sum(scores.numel() for scores in layers)
    return torch.stack([scores.sigmoid().sum() for scores in layers]).sum() / count


def taylor_scores(weight, gradients):
    return weight.abs() * gradients.sum(0).abs() / gradients.shape[0]


def snip_scores(weights, gradients):
    flat = F.normalize(torch.cat([(weights[name] * gradients[name]).flatten() for name in weights]), p=1, dim=0).abs()
    shares = flat.split([weight.numel() for weight in weights.values()])
    return {name: share.view(weights[name].shape) for name, share in zip(weights, shares, strict=True)}


def compare_criteria(weights, gradients, *, keep, decay):
    masks = {"magnitude": top_v_mask(weights[-1].square(), keep)}
    movement = sum(-weight * gradient for weight, gradient in zip(weights, gradients, strict=False))
    masks["movement"] = top_v_mask(movement, keep)
    running = weights[0].abs()
    for weight in weights.abs()[1:]:
        running = torch.lerp(weight, running, decay)
    masks["running magnitude"] = top_v_mask(running, keep)
    return masks
