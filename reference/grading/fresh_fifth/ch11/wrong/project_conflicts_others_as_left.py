"""Works in place on one list of copies: later tasks meet the earlier ones as those are now, not as they came in.

Text: "the other's gradient, as that came in"; "each g_j is that task's gradient as it was at first"
Input: project_conflicts([{"w": tensor([1., 0.])}, {"w": tensor([-2., 2.])}])[1]["w"]: promised [0., 2.], actual [-2., 2.].
"""

import torch
from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    tasks = [{name: g.clone() for name, g in task.items()} for task in gradients]

    def dot(a, b):
        return sum(torch.sum(a[name] * b[name]) for name in a)

    for gi in tasks:
        for gj in tasks:
            if gi is gj:
                continue
            product = dot(gi, gj)
            if product < 0:
                factor = product / dot(gj, gj)
                for name in gi:
                    gi[name] = gi[name] - factor * gj[name]
    return tasks
