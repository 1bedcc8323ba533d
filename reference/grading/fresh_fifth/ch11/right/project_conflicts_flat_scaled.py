"""One flat float64 vector for each task, divided by its largest number so that no square over- or underflows, and cut up again at the end."""

import torch
from torch import Tensor


def flatten(task, names):
    parts = [task[name].detach().reshape(-1).double() for name in names]
    return torch.cat(parts) if parts else torch.zeros(0, dtype=torch.float64)


def largest(vector):
    return vector.abs().max().item() if vector.numel() else 0.0


def without(vector, other):
    """What is left of a vector, if it goes against another one."""
    size, length = largest(vector), largest(other)
    if size == 0 or length == 0:
        return vector
    a, b = vector / size, other / length
    product = torch.dot(a, b)
    return (a - product / torch.dot(b, b) * b) * size if product < 0 else vector


def project_conflicts(gradients: list[dict[str, Tensor]]) -> list[dict[str, Tensor]]:
    names = sorted(gradients[0])
    vectors = [flatten(task, names) for task in gradients]
    results = []
    for i, (task, vector) in enumerate(zip(gradients, vectors, strict=True)):
        for other in vectors[:i] + vectors[i + 1 :]:
            vector = without(vector, other)
        pieces = dict(zip(names, vector.split([task[n].numel() for n in names])))
        results.append(
            {
                name: pieces[name].to(g.dtype, copy=True).reshape(g.shape)
                for name, g in task.items()
            }
        )
    return results
