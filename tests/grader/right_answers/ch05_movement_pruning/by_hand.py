"""Plain loops and lists where they will do, and the gradients written out."""

import torch


def movement_update(scores, weight, gradient, *, score_rate):
    flat = zip(scores.flatten().tolist(), weight.flatten().tolist(), gradient.flatten().tolist(), strict=True)
    return torch.tensor([s - score_rate * w * g for s, w, g in flat], dtype=scores.dtype).view(scores.shape)


def fine_tune(model, batches, *, learning_rate, score_rate):
    scores = {}
    for inputs, labels in batches:
        loss = -model(inputs).log_softmax(dim=-1)[range(len(labels)), labels].mean()
        names, parameters = zip(*model.named_parameters(), strict=True)
        gradients = torch.autograd.grad(loss, parameters)
        for name, parameter, gradient in zip(names, parameters, gradients, strict=True):
            if parameter.dim() == 2:
                before = scores.get(name, torch.zeros_like(gradient))
                scores[name] = before - score_rate * parameter.detach() * gradient
            parameter.data.sub_(gradient, alpha=learning_rate)
    return scores


def top_v_mask(scores, keep):
    if not 0 <= keep <= 1:
        raise ValueError("keep is a share")
    values = scores.flatten().tolist()
    order = sorted(range(len(values)), key=values.__getitem__)
    pruned = set(order[: len(values) - round(keep * len(values))])
    return torch.tensor([place not in pruned for place in range(len(values))]).view(scores.shape)


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores.detach(), keep)
    kept = torch.where(mask, weight, torch.zeros_like(weight))
    frozen = weight.detach()
    return torch.einsum("bi,oi->bo", x, kept) + torch.einsum(
        "bi,oi->bo", x.detach(), frozen * scores - (frozen * scores).detach()
    )


def soft_mask(scores, threshold):
    return scores.double() > torch.logit(torch.tensor(threshold, dtype=torch.float64))


def soft_penalty(*layers):
    total = 0
    for scores in layers:
        total = total + (0.5 + 0.5 * torch.tanh(scores / 2)).sum()
    return total / sum(scores.numel() for scores in layers)


def taylor_scores(weight, gradients):
    return torch.stack([weight * gradient for gradient in gradients]).mean(0).abs()


def snip_scores(weights, gradients):
    total = 0.0
    for name in weights:
        total += (weights[name] * gradients[name]).abs().double().sum().item()
    return {name: weights[name].abs() * gradients[name].abs() / total for name in weights}


def compare_criteria(weights, gradients, *, keep, decay):
    movement = torch.zeros_like(weights[0])
    running = weights[0].abs()
    for step, gradient in enumerate(gradients):
        movement = movement_update(movement, weights[step], gradient, score_rate=0.5)
        running = running + (1 - decay) * (weights[step + 1].abs() - running)
    scores = [weights[-1].abs(), movement, running]
    names = ["magnitude", "movement", "running magnitude"]
    return {name: top_v_mask(score, keep) for name, score in zip(names, scores, strict=True)}
