"""Singular values of weight matrices: how many directions a layer really uses."""

from collections.abc import Mapping
from itertools import cycle

import torch
from torch import Tensor

from compresslab.arguments import whole
from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style


def singular_values_chart(matrices: Mapping[str, Tensor], *, chosen_rank: int) -> Chart:
    """Singular values by index, and the share of the squared norm that the first so many hold.

    Args:
        matrices: (out, in) each, by name.
        chosen_rank: marked with a line, at least 1.

    Raises:
        InputError: `chosen_rank` is no whole number of at least 1.

    >>> print(singular_values_chart({"identity": torch.eye(4)}, chosen_rank=1).alt)
    Singular values. Share of the squared norm held by the first 1: identity 25%.
    """
    whole(chosen_rank=chosen_rank)
    shares = {}
    with style():
        figure = blank(4)
        values_axis, share_axis = figure.subplots(1, 2)
        for (name, matrix), (colour, _) in zip(matrices.items(), cycle(KINDS), strict=False):
            values = torch.linalg.svdvals(matrix.detach().double())
            energy = values.square().cumsum(0) / values.square().sum()
            shares[name] = float(energy[min(chosen_rank, len(energy)) - 1])
            index = range(1, len(values) + 1)
            line = "-" if not values_axis.lines else "--"
            values_axis.plot(index, values.numpy(), line, color=colour, label=name)
            share_axis.plot(index, 100 * energy.numpy(), line, color=colour, label=name)
        for axis in (values_axis, share_axis):
            axis.axvline(chosen_rank, color=FAINT, linestyle=":", label=f"rank {chosen_rank}")
            axis.set_xlabel("singular value, by size")
        values_axis.set_ylabel("singular value")
        share_axis.set_ylabel("squared norm held so far (%)")
        share_axis.legend(loc="lower right")
        heading(figure, "What a low rank keeps", f"left of the dotted line: the first {chosen_rank} singular values")
    kept = "; ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return Chart(figure, f"Singular values. Share of the squared norm held by the first {chosen_rank}: {kept}.")
