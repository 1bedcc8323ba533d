"""Forward and backward passes written out, and a heap."""

import heapq
import math
from collections import Counter

import torch


class Straight(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


def round_ste(x):
    return Straight.apply(x)


class Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, qmin, qmax):
        v = x / scale
        ctx.save_for_backward(v, scale)
        ctx.ends = qmin, qmax
        return v.round().clamp(qmin, qmax) * scale

    @staticmethod
    def backward(ctx, gradient):
        v, scale = ctx.saved_tensors
        qmin, qmax = ctx.ends
        inside = (v > qmin) & (v < qmax)
        each = torch.where(inside, v.round() - v, v.clamp(qmin, qmax)) * gradient
        to_scale = each.sum_to_size(scale.shape) / math.sqrt(v.numel() / scale.numel() * qmax)
        return torch.where(inside, gradient, 0), to_scale, None, None


def lsq(x, scale, *, qmin, qmax):
    return Step.apply(x, scale, qmin, qmax)


def flat(gradient, names):
    return torch.cat([gradient[name].double().flatten() for name in names])


def project_conflicts(gradients):
    names = list(gradients[0])
    vectors = [flat(gradient, names) for gradient in gradients]
    answers = []
    for i, vector in enumerate(vectors):
        left = vector.clone()
        for other in vectors[:i] + vectors[i + 1 :]:
            product = torch.dot(left, other)
            if product < 0:
                left -= product / torch.dot(other, other) * other
        parts = left.split([gradients[i][name].numel() for name in names])
        answers.append(
            {
                name: part.view(gradients[i][name].shape).to(gradients[i][name].dtype)
                for name, part in zip(names, parts, strict=True)
            }
        )
    return answers


class Soft(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        m = torch.sigmoid(z)
        ctx.save_for_backward(m)
        return m

    @staticmethod
    def backward(ctx, gradient):
        (m,) = ctx.saved_tensors
        return gradient * m * (1 - m)


def annealed_mask(scores, *, keep, temperature):
    ranked = sorted(scores.flatten().tolist(), reverse=True)
    t = 0.5 * (ranked[keep - 1] + ranked[keep])
    if not temperature:
        return torch.where(scores >= ranked[keep - 1], 1.0, 0.0).to(scores.dtype)
    return Soft.apply((scores - t) / temperature)


def coded_bits(weights, codebook):
    book = codebook.tolist()
    nearest = Counter(min(book, key=lambda value: abs(value - weight)) for weight in weights.flatten().tolist())
    heap = [(count, [value]) for value, count in nearest.items()]
    heapq.heapify(heap)
    lengths = dict.fromkeys(nearest, 0)
    while len(heap) > 1:
        (one, left), (other, right) = heapq.heappop(heap), heapq.heappop(heap)
        for value in left + right:
            lengths[value] += 1
        heapq.heappush(heap, (one + other, left + right))
    return sum(count * max(1, lengths[value]) for value, count in nearest.items()) + 32 * len(nearest)
