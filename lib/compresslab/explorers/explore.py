"""From a function that draws a chart, and a widget for each of its arguments, to an explorer."""

import base64
from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets

from compresslab.errors import InputError
from compresslab.plots import Chart


def explore(draw: Callable[..., Chart], controls: Mapping[str, widgets.Widget]) -> widgets.VBox:
    """Redraw a chart whenever a control changes.

    Args:
        draw: takes the controls' values by name. An `InputError` of its is shown in place of the chart.
        controls: ipywidgets with a `value`, by argument name.

    Returns:
        The controls above the picture. The picture's description is its alternative text.

    >>> import compresslab.plots.chart as charts
    >>> slider = widgets.IntSlider(value=3)
    >>> explorer = explore(lambda inches: Chart(charts.blank(inches), f"{inches} inches"), {"inches": slider})
    >>> slider.value = 2
    >>> "2 inches" in explorer.children[-1].value
    True
    """
    picture = widgets.HTML()

    def redraw(_change: object = None) -> None:
        try:
            chart = draw(**{name: control.value for name, control in controls.items()})
        except InputError as error:
            picture.value = f"<p role='alert'>{escape(str(error))}</p>"
            return
        image = base64.b64encode(chart.png()).decode()
        picture.value = f'<img alt="{escape(chart.alt)}" style="max-width:100%" src="data:image/png;base64,{image}">'

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    return widgets.VBox([*controls.values(), picture])
