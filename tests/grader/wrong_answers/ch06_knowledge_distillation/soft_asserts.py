"""An assertion, where the text asks for a ValueError.

loses: soft_limits
says: zero
"""

import torch.nn.functional as F


def soft_targets(logits, temperature):
    assert temperature > 0
    return F.softmax(logits / temperature, dim=1)
