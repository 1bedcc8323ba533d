"""The right number go, but by a threshold that alone decides: what was revived comes back.

loses: further_gone_is_gone
says: gone is gone
"""

import torch


def prune_further(state, masks, fraction):

    values = torch.cat([state[name].abs()[mask] for name, mask in masks.items()]).sort().values
    remove = round(fraction * len(values))
    limit = values[remove] if remove < len(values) else float("inf")
    return {name: (state[name].abs() >= limit) & (state[name] != 0) for name in masks}
