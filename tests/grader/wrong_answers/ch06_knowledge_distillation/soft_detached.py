"""The graph is cut.

loses: soft_values
says: is the graph cut
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return F.softmax(logits.detach() / temperature, dim=1)
