"""The moving average of the weights that a training passes through, which is often better than the last of them.

Late in a run the weights wander about a minimum, as far as the learning rate takes them. Their average lies nearer to
it: it does some of what a falling learning rate does, so after a schedule that ends near zero less is left to gain.

References:
    Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging".
    Tarvainen and Valpola 2017, "Mean teachers are better role models" (the exponential average, of a teacher).
    Cai et al. 2021, "Exponential Moving Average Normalization for Self-Supervised and Semi-Supervised Learning" (the
    average of the batch-norm statistics goes with that of the weights).
"""

import torch
from torch import nn

from compresslab.arguments import share, whole


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, *, decay: float, step: int) -> None:
    """Move the average by one step: decay * average + (1 - decay) * model, of every parameter.

    The first steps count more, decay being at most (1 + step) / (10 + step): else a short run's average would hold much
    of the weights that it began with. Batch-norm's running mean and variance are averaged as well: taken from the model
    they would be those of other weights. All other buffers and extra states, such as counts, masks, ranges and
    schedules, are the model's. A weight that is exactly zero, as a pruned one, is zero in the average at once.

    Args:
        average: is changed. A copy of the model at the start.
        model: after its step.
        decay: share that the average keeps, above 0 and below 1.
        step: number of the step, from 0.

    Raises:
        InputError: `decay` or `step` is out of its range.

    >>> average, model = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.constant_(average.weight, 1.0), nn.init.constant_(model.weight, 2.0)
    >>> follow(average, model, decay=0.75, step=1_000)
    >>> average.weight.item()
    1.25
    """
    share(zero=False, one=False, decay=decay)
    whole(0, step=step)
    news = 1 - min(decay, (1 + step) / (10 + step))
    for mean, parameter in zip(average.parameters(), model.parameters(), strict=True):
        mean.lerp_(parameter, news)
        mean.masked_fill_(parameter == 0, 0)
    for owner, other in zip(average.modules(), model.modules(), strict=True):
        if type(other).get_extra_state is not nn.Module.get_extra_state:
            owner.set_extra_state(other.get_extra_state())
        statistics = isinstance(owner, nn.modules.batchnorm._BatchNorm)
        for (name, mean_buffer), buffer in zip(
            owner.named_buffers(recurse=False), other.buffers(recurse=False), strict=True
        ):
            if statistics and name in ("running_mean", "running_var"):
                mean_buffer.lerp_(buffer, news)
            else:
                mean_buffer.copy_(buffer)
