"""A budget of bytes, shared out among the layers by hand: what it weighs, what was predicted, what is left."""

from collections.abc import Callable

import ipywidgets as widgets
import torch
from torch import Tensor, nn

from compresslab.arguments import positive
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.modes import evaluating
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style
from compresslab.sensitivity import Option, Scan, Technique


def budget_chart(
    model: nn.Module, technique: Technique, scan: Scan, images: Tensor, labels: Tensor, *, budget_bytes: float
) -> Callable[..., Chart]:
    """A function that compresses the model with a setting for each layer, and draws what each costs.

    Args:
        model: that was scanned; not modified.
        technique: the scan's.
        scan: of the model, all of whose layers are drawn.
        images, labels: (N, ...) and (N,), on which the accuracy is measured: validation images, to choose by it.
        budget_bytes: of the stored file.

    Returns:
        Draws from settings by the layers' names; None leaves a layer as it is.

    Raises:
        InputError: there is no image, or not a label for each; or the budget isn't positive.

    >>> from compresslab.data import Batches, load
    >>> from compresslab.models import mlp
    >>> from compresslab.sensitivity import BITS, scan
    >>> digits, model = load("digits"), mlp(hidden=[8])
    >>> found = scan(model, Batches(digits, digits.validation, 500), BITS, settings=[4])
    >>> shown = digits.normalize(digits.validation.images), digits.validation.labels
    >>> draw = budget_chart(model, BITS, found, *shown, budget_bytes=1000)
    >>> print(draw(**{"1.weight": 4, "3.weight": None}).alt)
    file ... bytes, budget 1,000: ...; accuracy ...% of 250 images. Layer: setting, bytes, divergence alone. ...
    """
    if not len(images) or len(images) != len(labels):
        raise InputError(f"images has {len(images)} samples and labels {len(labels)}: give as many of both, not none.")
    positive(budget_bytes=budget_bytes)
    options = scan.options()

    def draw(**settings: float | None) -> Chart:
        chosen = {layer: _option(each, settings.get(layer)) for layer, each in options.items()}
        wanted = {layer: one.setting for layer, one in chosen.items() if one.setting is not None}
        compressed, size = technique.compress(model, wanted), technique.stored_bytes(model, wanted)
        with evaluating(compressed), torch.no_grad():
            right = (compressed(images).argmax(1) == labels).double().mean().item()
        over = size - budget_bytes
        verdict = f"{over:,.0f} bytes too large" if over > 0 else f"it fits, {-over:,.0f} bytes are left"
        told = f"file {size:,} bytes, budget {budget_bytes:,.0f}: {verdict}"
        accuracy = f"accuracy {right:.1%} of {len(images)} images"
        with style():
            figure = blank(1.5 + 0.36 * len(chosen))
            by_bytes, by_loss = figure.subplots(1, 2, sharey=True)
            rows = range(len(chosen))
            largest = [max(option.size_bytes for option in each) / 1000 for each in options.values()]
            by_bytes.barh(rows, largest, color="#E8E8E8")
            colour = WORSE if over > 0 else BETTER
            by_bytes.barh(rows, [one.size_bytes / 1000 for one in chosen.values()], color=colour, height=0.5)
            for row, one in enumerate(chosen.values()):
                by_bytes.annotate(f" {_named(one.setting)}", (largest[row], row), va="center", fontsize=9, color=FAINT)
            by_bytes.margins(x=0.25)
            by_bytes.set_yticks(rows, list(chosen), fontsize=9)
            by_bytes.invert_yaxis()
            by_bytes.set_xlabel(f"layer (kB), at its {scan.quantity}")
            by_loss.barh(rows, [one.loss for one in chosen.values()], color=colour, height=0.5)
            by_loss.set_xlim(0, max(0.1, *(one.loss for one in chosen.values())))
            by_loss.set_xlabel("divergence alone (nats)")
            for axis in (by_bytes, by_loss):
                axis.grid(visible=False, axis="y")
            heading(figure, f"{accuracy}; divergences add up to {sum(o.loss for o in chosen.values()):.2f}", told)
        listed = "; ".join(
            f"{layer}: {_named(one.setting)}, {one.size_bytes:,}, {one.loss:.3f}" for layer, one in chosen.items()
        )
        return Chart(figure, f"{told}; {accuracy}. Layer: setting, bytes, divergence alone. {listed}.")

    return draw


def budget_explorer(
    model: nn.Module, technique: Technique, scan: Scan, images: Tensor, labels: Tensor, *, budget_bytes: float
) -> widgets.VBox:
    """The chart with a slider for each layer's setting, from as it is to the strongest that was scanned.

    >>> from compresslab.data import Batches, load
    >>> from compresslab.models import mlp
    >>> from compresslab.sensitivity import BITS, scan
    >>> digits, model = load("digits"), mlp(hidden=[8])
    >>> found = scan(model, Batches(digits, digits.validation, 500), BITS, settings=[4])
    >>> shown = digits.normalize(digits.validation.images), digits.validation.labels
    >>> len(budget_explorer(model, BITS, found, *shown, budget_bytes=1000).children)  # two layers and the picture
    3
    """
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "40em"}, "continuous_update": False}
    draw = budget_chart(model, technique, scan, images, labels, budget_bytes=budget_bytes)
    named: dict[str, dict[str, float | None]] = {}  # a slider takes a value of None for nothing chosen
    controls = {}
    for layer, each in scan.options().items():
        by_size = sorted(each, key=lambda option: -option.size_bytes)
        named[layer] = {_named(option.setting): option.setting for option in by_size}
        controls[layer] = widgets.SelectionSlider(
            options=list(named[layer]), value=_named(None), description=f"{layer}: {scan.quantity}", **wide
        )

    def draw_named(**chosen: str) -> Chart:
        return draw(**{layer: named[layer][name] for layer, name in chosen.items()})

    return explore(draw_named, controls)


def _option(each: list[Option], setting: float | None) -> Option:
    for option in each:
        if option.setting == setting:
            return option
    tried = ", ".join(_named(option.setting) for option in each)
    raise InputError(f"setting={setting} was not scanned: choose from {tried}.")


def _named(setting: float | None) -> str:
    return "as it is" if setting is None else f"{setting:g}"
