"""Prepares the teacher as one does when distilling: eval(), and no gradients. But the teacher is the caller's model.

Text: "don't modify what you are given, unless the docstring says so" (and "think of ... what your function leaves behind: modes")
Input: m = nn.Linear(1, 1); run_stages(m, ["a"], lambda n, model, t: 0, {}); promised m.training True and m.weight.requires_grad True,
    actual both False.
"""

from torch import nn


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    teacher = original
    if isinstance(teacher, nn.Module):
        teacher.eval()
        for p in teacher.parameters():
            p.requires_grad_(False)
    results, model, complete = {}, original, True
    for name in names:
        complete = complete and name in done
        model = done[name] if complete else stage(name, model, teacher)
        results[name] = model
    return results
