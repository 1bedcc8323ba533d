"""The roofline: what a machine can do at each arithmetic intensity, and where operations landed."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np

from compresslab.plots.chart import FAINT, KINDS, Chart, blank, heading, style
from compresslab.roofline import Operation, Roofline


def roofline_chart(roofline: Roofline, operations: Sequence[Operation]) -> Chart:
    """Operations under the machine's roof: left of the ridge memory is the limit, right of it arithmetic.

    Args:
        roofline: measured on this machine.
        operations: to mark, with the same threads.

    >>> from compresslab.hardware import machine
    >>> roofline = Roofline(macs_per_second=8e9, bytes_per_second=2e9, machine=machine())
    >>> print(roofline_chart(roofline, [Operation("linear", macs=1000, bytes_moved=4000, seconds=1e-6)]).alt)
    Roofline of ... linear: 0.25 MACs per byte, 1 billion MACs a second, memory-bound.
    """
    ridge = roofline.ridge_macs_per_byte
    intensities = [operation.macs_per_byte for operation in operations]
    low, high = min([*intensities, ridge]) / 4, max([*intensities, ridge]) * 4
    x = np.geomspace(low, high, 200)
    with style():
        figure = blank(4.5)
        axis = figure.subplots()
        axis.loglog(x, [roofline.attainable(i) / 1e9 for i in x], color="black", label="roof")
        axis.axvline(ridge, color=FAINT, linestyle=":", label=f"ridge, {ridge:.2g} MACs per byte")
        for operation, (colour, marker) in zip(operations, cycle(KINDS), strict=False):
            axis.plot(
                operation.macs_per_byte,
                operation.macs_per_second / 1e9,
                marker,
                color=colour,
                markersize=9,
                label=operation.name,
            )
        axis.set_xlabel("arithmetic intensity (MACs per byte moved, log scale)")
        axis.set_ylabel("billion MACs a second (log scale)")
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
        heading(figure, "Roofline: memory limits on the left, arithmetic on the right", str(roofline.machine))
    listed = "; ".join(
        f"{o.name}: {o.macs_per_byte:.3g} MACs per byte, {o.macs_per_second / 1e9:.3g} billion MACs a second, "
        f"{'memory' if o.macs_per_byte < ridge else 'arithmetic'}-bound"
        for o in operations
    )
    return Chart(figure, f"Roofline of {roofline.machine}, ridge at {ridge:.2g} MACs per byte. {listed}.")
