"""A compressed model that answers only when it is sure: how much it answers, how well, and whether as the original."""

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from torch import Tensor

from compresslab.arguments import one_of
from compresslab.evaluation import answer_when_sure
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import KINDS, blank, heading, style

_THRESHOLDS = np.linspace(0.1, 0.995, 36)


def confidence_chart(
    logits: Mapping[str, Tensor], labels: Tensor, network: str, threshold: float, *, original: str = "original"
) -> Chart:
    """Coverage, accuracy and agreement of one network over the threshold on its confidence, and their values at one.

    Args:
        logits: (n, classes) by network, the original's among them.
        labels: (n,) int64.
        network: whose answers.
        threshold: confidence from which it answers, 0 to 1.
        original: the network that it is compared with.

    Raises:
        InputError: no such network, or see `answer_when_sure`.

    >>> import torch
    >>> logits = {"original": torch.tensor([[3.0, 0.0], [0.0, 0.1]]), "4 bits": torch.tensor([[2.0, 0.0], [0.1, 0.0]])}
    >>> print(confidence_chart(logits, torch.tensor([0, 1]), "4 bits", 0.8).alt)
    From a confidence of 0.800 on, 4 bits answers 50.0% of 2 images; 100.0% of these right, 100.0% as original does.
    """
    one_of(logits, network=network, original=original)
    pair = logits[original], logits[network], labels
    curve = [answer_when_sure(*pair, float(each)) for each in _THRESHOLDS]
    now = answer_when_sure(*pair, threshold)
    with style():
        figure = blank(4.2)
        axis = figure.subplots()
        lines = {"answered, of all": "coverage", "right, of these": "accuracy", f"as {original}, of these": "agreement"}
        for (label, field), (colour, marker), dash in zip(lines.items(), KINDS, ("-", "--", ":"), strict=False):
            values = [np.nan if (value := getattr(each, field)) is None else 100 * value for each in curve]
            axis.plot(_THRESHOLDS, values, dash, color=colour, label=label)
            if (value := getattr(now, field)) is not None:
                axis.plot(threshold, 100 * value, marker, color=colour, markersize=9)
        axis.axvline(threshold, color="black", linewidth=1)
        axis.set_xlim(0.1, 1)
        axis.set_ylim(0, 102)
        axis.set_xlabel("threshold on the confidence (0 to 1)")
        axis.set_ylabel("images (%)")
        figure.legend(loc="outside lower center", ncols=3)
        words = f"from a confidence of {threshold:.3f} on, {network} answers {now.coverage:.1%} of {now.n:,} images"
        heading(figure, words[0].upper() + words[1:], _of_these(now.accuracy, now.agreement, original))
    return Chart(figure, f"{words[0].upper()}{words[1:]}; {_of_these(now.accuracy, now.agreement, original)}.")


def _of_these(accuracy: float | None, agreement: float | None, original: str) -> str:
    if accuracy is None or agreement is None:
        return "none is left to be right or wrong"
    return f"{accuracy:.1%} of these right, {agreement:.1%} as {original} does"


def confidence_explorer(logits: Mapping[str, Tensor], labels: Tensor, *, original: str = "original") -> widgets.VBox:
    """The chart with a choice of the network and a slider for the threshold.

    >>> import torch
    >>> logits = {"original": torch.tensor([[3.0, 0.0], [0.0, 0.1]]), "4 bits": torch.tensor([[2.0, 0.0], [0.1, 0.0]])}
    >>> confidence_explorer(logits, torch.tensor([0, 1])).children[0].value
    '4 bits'
    """
    compressed = [name for name in logits if name != original]
    wide = {"width": "40em"}
    network = widgets.Dropdown(options=compressed, value=compressed[0], description="network")
    threshold = widgets.FloatSlider(
        value=0.8, min=0.1, max=0.999, step=0.001, description="threshold", readout_format=".3f",
        continuous_update=False, layout=wide,
    )  # fmt: skip

    def draw(network: str, threshold: float) -> Chart:
        return confidence_chart(logits, labels, network, threshold, original=original)

    return explore(draw, {"network": network, "threshold": threshold})
