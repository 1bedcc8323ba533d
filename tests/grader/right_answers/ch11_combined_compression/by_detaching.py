"""Gradients from ordinary operations, with parts taken off the graph; lists of sums instead of trees."""

import bisect

import torch


def straight(new, old):
    return new.detach() + old - old.detach()


def round_ste(x):
    return straight(torch.round(x), x)


def lsq(x, scale, *, qmin, qmax):
    if scale.numel() == 1:
        scale = scale.reshape((1,) * x.ndim)
    calm = (x.numel() // scale.numel() * qmax) ** -0.5
    scale = straight(scale, calm * scale)
    v = torch.minimum(torch.maximum(x / scale, torch.as_tensor(qmin).to(x)), torch.as_tensor(qmax).to(x))
    return (v + (v.round() - v).detach()) * scale


def project_conflicts(gradients):
    def dot(one, other):
        return sum((one[name].double() * other[name].double()).sum().item() for name in one)

    answers = []
    for number, gradient in enumerate(gradients):
        answer = {name: value * 1.0 for name, value in gradient.items()}
        for other_number, other in enumerate(gradients):
            if other_number == number:
                continue
            overlap = min(dot(answer, other), 0.0)
            if overlap:
                ratio = overlap / dot(other, other)
                answer = {name: value - ratio * other[name] for name, value in answer.items()}
        answers.append(answer)
    return answers


def annealed_mask(scores, *, keep, temperature):
    with torch.no_grad():
        top = torch.topk(scores.flatten(), keep + 1).values
        threshold = (top[-2] + top[-1]) / 2
    if temperature == 0:
        return torch.heaviside(scores.detach() - threshold, torch.zeros((), dtype=scores.dtype))
    return 0.5 + 0.5 * torch.tanh((scores - threshold) / (2 * temperature))


def coded_bits(weights, codebook):
    values = torch.sort(codebook.double()).values
    middles = ((values[1:] + values[:-1]) / 2).tolist()
    places = [bisect.bisect(middles, weight) for weight in weights.double().flatten().tolist()]
    counts = sorted(places.count(place) for place in set(places))
    used, joins = len(counts), []
    while len(counts) > 1:
        joins.append(counts[0] + counts[1])
        counts = counts[2:]
        bisect.insort(counts, joins[-1])
    return (sum(joins) or len(places)) + 32 * used
