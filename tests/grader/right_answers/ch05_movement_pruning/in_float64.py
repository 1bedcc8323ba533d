"""All is computed in float64 and brought back in the end."""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch


def taylor_scores(weight, gradients):
    return (weight.double() * gradients.double().mean(0)).abs().to(weight.dtype)


def snip_scores(weights, gradients):
    s = {n: (w.double() * gradients[n].double()).abs() for n, w in weights.items()}
    total = sum(v.sum() for v in s.values())
    return {n: (v / total).to(weights[n].dtype) for n, v in s.items()}


def compare_criteria(weights, gradients, *, keep, decay):
    w = weights.double()
    run = w[0].abs()
    for row in w[1:]:
        run = run.lerp(row.abs(), 1 - decay)
    score = -torch.einsum("t...,t...->...", w[:-1], gradients.double())
    return {
        "running magnitude": top_v_mask(run, keep),
        "magnitude": top_v_mask(w[-1].abs(), keep),
        "movement": top_v_mask(score, keep),
    }
