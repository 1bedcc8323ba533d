"""All candidates that equal the threshold go.

loses: further_exact
says: just so many go
"""

import torch


def prune_further(state, masks, fraction):

    values = torch.cat([state[name].abs()[mask] for name, mask in masks.items()]).sort().values
    remove = round(fraction * len(values))
    limit = values[remove - 1] if remove else -1.0
    return {name: mask & (state[name].abs() > limit) for name, mask in masks.items()}
