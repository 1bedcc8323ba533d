"""Adds 1e-8 to the squared norm "for stability": small gradients lose only a part of what they should.

Text: "g_i <- g_i - (g_i . g_j) / ||g_j||^2 g_j where g_i . g_j < 0" ("it has lost its part along the other")
Input: project_conflicts([{"w": tensor([1e-4, 0.])}, {"w": tensor([-1e-4, 1e-4])}])[0]["w"]: promised [5e-5, 5e-5], actual [6.67e-5, 3.33e-5].
"""

import torch
from torch import Tensor


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    names = list(gradients[0])
    flat = [torch.cat([g[n].reshape(-1) for n in names]) for g in gradients]
    projected = [vector.clone() for vector in flat]
    for i, vector in enumerate(projected):
        for j, other in enumerate(flat):
            if i != j:
                dot = torch.dot(vector, other)
                if dot < 0:
                    vector -= dot / (other.dot(other) + 1e-8) * other
    result = []
    for vector in projected:
        parts = vector.split([gradients[0][n].numel() for n in names])
        result.append(
            {n: p.reshape(gradients[0][n].shape).clone() for n, p in zip(names, parts)}
        )
    return result
