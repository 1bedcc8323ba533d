"""How many channels each group of a network keeps, and what is left of its MACs and parameters."""

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
from torch import Tensor, nn

from compresslab.cost import mac_count, parameter_count
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart, LayerSize, network_chart
from compresslab.pruning.structured import DependencyGraph, dependency_graph, l2, remove_units, units_to_remove


def channels_chart(
    model: nn.Module,
    example: Tensor,
    sliders: Mapping[str, Sequence[str]],
    *,
    graph: DependencyGraph | None = None,
) -> Callable[..., Chart]:
    """A function that draws the network with a share of channels removed, a share for each slider.

    Args:
        model: not modified.
        example: an input of the model.
        sliders: for each name, the groups (or layers that produce them) that it moves.
        graph: of the model; made if None.

    Returns:
        Draws from the shares by the sliders' names; and from `round_to`, the multiple that kept counts are rounded to.

    Raises:
        InputError: a name is no group of the model.

    >>> import torch
    >>> model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> draw = channels_chart(model, torch.zeros(1, 4), {"hidden": ["0"]})
    >>> print(draw(hidden=0.5).alt)
    Sequential: 50% of the layers' channels removed. MACs 50% left; ... 0 2 of 4 (A).
    """
    graph = graph or dependency_graph(model, example)
    groups = {slider: [graph.group(name).name for name in names] for slider, names in sliders.items()}
    scores = l2(model, graph)
    whole = mac_count(model, example.shape), parameter_count(model)

    def draw(*, round_to: int = 1, **shares: float) -> Chart:
        if unknown := shares.keys() - groups.keys():
            raise InputError(f"{min(unknown)!r} is no slider: choose from {', '.join(groups)}.")
        ratio = {name: share for slider, share in shares.items() for name in groups[slider]}
        removed = units_to_remove(graph, scores, ratio=ratio, round_to=round_to)
        smaller = remove_units(model, graph, removed)
        layers = [
            LayerSize(producer, group.name, group.size, group.size - len(removed.get(group.name, ())))
            for group in graph.groups
            for producer in group.producers
        ]
        order = {name: place for place, (name, _) in enumerate(model.named_modules())}
        layers.sort(key=lambda layer: order[layer.name])
        left = mac_count(smaller, example.shape), parameter_count(smaller)
        costs = {"MACs": (whole[0], left[0]), "parameters": (whole[1], left[1])}
        removed_share = 1 - sum(layer.after for layer in layers) / sum(layer.before for layer in layers)
        title = f"{type(model).__name__}: {removed_share:.0%} of the layers' channels removed"
        return network_chart(layers, title=title, costs=costs)

    return draw


def channels_explorer(
    model: nn.Module, example: Tensor, sliders: Mapping[str, Sequence[str]], *, graph: DependencyGraph | None = None
) -> widgets.VBox:
    """The network as blocks, with a slider for each entry of `sliders` and a choice of the multiple.

    Args:
        model, example, sliders, graph: see `channels_chart`.

    >>> import torch
    >>> model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> len(channels_explorer(model, torch.zeros(1, 4), {"hidden": ["0"]}).children)  # two controls and the picture
    3
    """
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "40em"}, "continuous_update": False}
    controls: dict[str, widgets.Widget] = {
        name: widgets.FloatSlider(value=0.3, min=0, max=0.9, step=0.05, description=name, readout_format=".0%", **wide)
        for name in sliders
    }
    controls["round_to"] = widgets.ToggleButtons(
        options=[1, 8, 16],
        value=1,
        description="multiple of",
        style={"description_width": "14em", "button_width": "4em"},
    )
    return explore(channels_chart(model, example, sliders, graph=graph), controls)
