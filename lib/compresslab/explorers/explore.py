"""From a function that draws a chart, and a widget for each of its arguments, to an explorer."""

import asyncio
import base64
import io
from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox
from PIL import Image

from compresslab.errors import InputError
from compresslab.plots import Chart
from compresslab.plots.chart import style

_DOTS_PER_INCH = 100  # as many as are shown: finer pictures take longer
_PAUSE = 0.05  # seconds without another move, after which a redraw is worth its time

# ipywidgets gives its sliders no accessible name, and offers no way to set one from Python. JupyterLab takes the arrow
# keys of a menu for its own, and goes to another cell, unless the menu says that it wants them.
_FOR_KEYBOARDS = (
    "this.closest('.widget-vbox')?.querySelectorAll('select').forEach(menu =>"
    " menu.setAttribute('data-lm-suppress-shortcuts', 'true'));"
    "this.closest('.widget-vbox')?.querySelectorAll('.widget-slider').forEach(slider => {"
    " const name = slider.querySelector('.widget-label')?.textContent;"
    " const readout = slider.querySelector('.widget-readout');"
    " slider.querySelectorAll('[role=slider]').forEach(handle => {"
    " handle.setAttribute('aria-label', name);"
    " if (readout) handle.setAttribute('aria-valuetext', readout.textContent) });"
    " readout?.setAttribute('aria-label', name); readout?.setAttribute('role', 'textbox') })"
)


def explore(draw: Callable[..., Chart], controls: Mapping[str, widgets.Widget]) -> widgets.VBox:
    """Redraw a chart whenever a control changes.

    In a notebook the picture fades while it is out of date, and of several quick moves only the last is drawn.

    Args:
        draw: takes the controls' values by name, and makes the same axes each time. An `InputError` of its is shown
            in place of the chart.
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
    places: list[Bbox] = []
    waiting: asyncio.TimerHandle | None = None

    def redraw() -> None:
        try:
            chart = draw(**{name: control.value for name, control in controls.items()})
            picture.value = _element(chart, places)
        except InputError as error:
            picture.value = f"<p role='alert'>{escape(str(error))}</p>"
        picture.layout.opacity = None

    def change(_: object) -> None:
        nonlocal waiting
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel, and so no move that could follow
            redraw()
            return
        if waiting:
            waiting.cancel()
        picture.layout.opacity = "0.4"
        waiting = loop.call_later(_PAUSE, redraw)

    for control in controls.values():
        control.observe(change, names="value")
    redraw()
    return widgets.VBox([*controls.values(), picture])


def _element(chart: Chart, places: list[Bbox]) -> str:
    """The picture of a chart as HTML. Finding places for its axes takes most of the time, so the first has them found.

    Args:
        chart: to draw.
        places: of the axes; filled by the first call.
    """
    axes = chart.figure.axes
    if len(places) == len(axes):
        chart.figure.set_layout_engine("none")
        for axis, place in zip(axes, places, strict=True):
            axis.set_position(place)
    chart.figure.set_dpi(_DOTS_PER_INCH)
    canvas = FigureCanvasAgg(chart.figure)  # `savefig` would draw everything twice
    with style():
        canvas.draw()
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(buffer, "png", compress_level=1)
    places[:] = [axis.get_position(original=True) for axis in axes]
    image = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<img alt="{escape(chart.alt)}" style="max-width: 100%" onload="{escape(_FOR_KEYBOARDS)}" '
        f'src="data:image/png;base64,{image}">'
    )
