"""The teacher, which is the caller's own, is left in evaluation mode and frozen.

loses: resume_runs
says: left in training mode
"""

from torch import nn


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    if isinstance(original, nn.Module):
        original.eval().requires_grad_(False)
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
