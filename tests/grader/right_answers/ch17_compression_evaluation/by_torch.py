"""Tensors wherever they serve, with results that are tensors without dimensions where a number is asked for."""

import torch


def churn(original, compressed, labels):
    if original.shape != labels.shape or compressed.shape != labels.shape:
        raise ValueError("shapes")
    if not labels.numel():
        raise ValueError("empty")
    before, after, truth = original.long(), compressed.long(), labels.long()
    table = torch.bincount(2 * before.eq(truth) + after.eq(truth), minlength=4).tolist()
    return {
        "fixed": table[1],
        "broken": table[2],
        "changed": before.ne(after).count_nonzero().item(),
        "agreement": before.eq(after).double().mean(),
    }


def expected_calibration_error(confidences, correct, bins=15):
    if confidences.numel() != correct.numel() or confidences.ndim != correct.ndim or not correct.numel():
        raise ValueError("lengths")
    sure = confidences.to(torch.float64)
    inside = sure.ge(0) & sure.le(1)
    if bool((~inside).any()):
        raise ValueError("range")
    edges = torch.arange(1, bins, dtype=torch.float64) / bins
    member = torch.nn.functional.one_hot(torch.bucketize(sure, edges), bins).double()
    counts = member.sum(0)
    confidence, accuracy = (each @ member / counts.clamp(min=1) for each in (sure, correct.double()))
    return (counts / counts.sum() * (confidence - accuracy).abs()).sum()


def best_temperature(logits, labels, temperatures):
    t = torch.tensor(temperatures, dtype=torch.float64)
    if not (t.numel() and labels.numel() and bool((t > 0).all())):
        raise ValueError("nothing")
    scaled = logits.double()[None] / t[:, None, None]
    chosen = scaled.gather(2, labels.expand(len(t), -1)[:, :, None])[:, :, 0]
    losses = (scaled.logsumexp(2) - chosen).mean(1)
    place = (losses <= losses.min() + 1e-9).nonzero()[0, 0]
    return t[place], losses[place]


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n = torch.tensor(float(fixed + broken), dtype=torch.float64)
    i = torch.arange(min(fixed, broken) + 1, dtype=torch.float64)
    logs = torch.lgamma(n + 1) - torch.lgamma(i + 1) - torch.lgamma(n - i + 1)
    p = torch.exp(torch.logsumexp(logs, 0) - (n - 1) * torch.log(torch.tensor(2.0, dtype=torch.float64)))
    return p.clamp(max=1.0) if fixed != broken else torch.tensor(1.0)


def worst_group(correct, groups, minimum=1, z=1.96):
    if correct.shape[0] != len(groups):
        raise ValueError("lengths")
    best = None
    for place, name in enumerate(groups):
        if name in groups[:place]:
            continue
        own = correct[[i for i, group in enumerate(groups) if group == name]].double()
        if len(own) >= minimum and (best is None or (own.mean(), -len(own)) < best[0]):
            best = (own.mean(), -len(own)), name
    if best is None:
        return None
    (p, n), name = best
    n = -n
    share = z**2 / (n + z**2)  # the weight of 1/2 in the centre
    centre = (1 - share) * p + share / 2
    half = ((1 - share) * p * (1 - p) * share + share**2 / 4).sqrt()
    return {"group": name, "n": n, "accuracy": p, "low": centre - half, "high": centre + half}
