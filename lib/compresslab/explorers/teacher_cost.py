"""What a teacher costs: asked in every step, or once for each view of an image, and what its answers take on disk."""

import ipywidgets as widgets
from matplotlib.ticker import MaxNLocator

from compresslab.arguments import positive, whole
from compresslab.cost import format_bytes
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, WORSE, blank, heading, style

_STEP = 3  # a training step takes about three forward passes: one forward, and twice as much work backward
_HALF, _CLASS, _ID = 2, 4, 8  # bytes of a kept number, of a class's number, and of an image's id


def teacher_cost_chart(
    images: float, epochs: int, views: int, ratio: float, classes: int = 1000, top_k: int = 0
) -> Chart:
    """The cost of a run by epochs, in forward passes of the student, and the bytes of a cache in half precision.

    Online an image costs a student's step and a teacher's forward pass in every epoch; cached, the teacher's is paid
    once for each view. Looking up and decoding images are left out: they are the same in both, or small.

    Args:
        images: of the training set.
        epochs: of the run.
        views: in how many ways each image is augmented.
        ratio: multiplications of the teacher's forward pass over those of the student's.
        classes: of the answers.
        top_k: classes that are kept of each answer, with the tail; 0 keeps all.

    Raises:
        InputError: a number is out of its range.

    >>> print(teacher_cost_chart(50_000, epochs=20, views=2, ratio=12).alt)
    A teacher of 12 times the student's cost, 20 epochs: online 15 million forward passes of the student, cached with 2
    views 4.2 million, 3.6 times fewer, without a teacher 3 million. The cache pays after 2 epochs and takes 200 MB.
    """
    positive(images=images, ratio=ratio)
    whole(epochs=epochs, views=views, classes=classes)
    whole(0, classes, "0 keeps all classes", top_k=top_k)
    online, cached = cost(images, epochs, views, ratio)
    size = cache_bytes(images, views, classes, top_k)
    alone = _STEP * images * epochs
    pays = f"pays after {views} epochs" if epochs > views else f"doesn't pay within {epochs} epochs"
    with style():
        figure = blank(4)
        axis = figure.subplots()
        shown = range(epochs + 1)
        million = images / 1e6
        axis.plot(shown, [(_STEP + ratio) * e * million for e in shown], color=WORSE, label="online")
        axis.plot(shown, [(views * ratio + _STEP * e) * million for e in shown], "--", color=BETTER, label="cached")
        axis.plot(shown, [_STEP * e * million for e in shown], ":", color=FAINT, label="no teacher")
        axis.set_xlim(0, epochs)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_ylim(0, 1.05 * max(online, cached) / 1e6)
        axis.set_xlabel("epochs")
        axis.set_ylabel("student's forward passes, millions")
        axis.legend(loc="upper left")
        kept = f"top {top_k} and tail" if top_k else f"{classes:,} classes"
        title = f"Teacher of {ratio:g} times the student, {images:,.0f} images: the cache {pays}"
        heading(figure, title, f"{views} views, {kept}, half precision: {format_bytes(size)} on disk")
    return Chart(
        figure,
        f"A teacher of {ratio:g} times the student's cost, {epochs} epochs: online {online / 1e6:.3g} million forward "
        f"passes of the student, cached with {views} views {cached / 1e6:.3g} million, {online / cached:.1f} times "
        f"fewer, without a teacher {alone / 1e6:.3g} million. The cache {pays} and takes {format_bytes(size)}.",
    )


def cost(images: float, epochs: int, views: int, ratio: float) -> tuple[float, float]:
    """Forward passes of the student that a run is worth, online and cached.

    >>> cost(1000, epochs=10, views=2, ratio=9)
    (120000, 48000)
    """
    return (_STEP + ratio) * images * epochs, (views * ratio + _STEP * epochs) * images


def cache_bytes(images: float, views: int, classes: int, top_k: int = 0) -> float:
    """Bytes of the answers of `distillation.cache_teacher` in half precision, and of the images' ids.

    >>> cache_bytes(1000, views=2, classes=100), cache_bytes(1000, views=2, classes=100, top_k=5)
    (408000, 72000)
    """
    answer = top_k * (_HALF + _CLASS) + _HALF if top_k else classes * _HALF
    return images * (views * answer + _ID)


def teacher_cost_explorer() -> widgets.VBox:
    """A chart of a run's cost with sliders for everything that it depends on.

    >>> len(teacher_cost_explorer().children)
    7
    """
    layout = {"style": {"description_width": "11em"}, "layout": widgets.Layout(width="38em")}
    controls: dict[str, widgets.Widget] = {
        "images": widgets.FloatLogSlider(
            50_000, min=3, max=8, step=0.25, description="images", readout_format=",.0f", **layout
        ),
        "epochs": widgets.IntSlider(20, 1, 300, description="epochs", **layout),
        "views": widgets.IntSlider(2, 1, 20, description="views of an image", **layout),
        "ratio": widgets.FloatSlider(12.0, min=0.5, max=50, step=0.5, description="teacher / student", **layout),
        "classes": widgets.Dropdown(options=[10, 100, 1000, 50_000], value=1000, description="classes", **layout),
        "top_k": widgets.Dropdown(
            options={"all": 0, "5 largest": 5, "10 largest": 10}, value=0, description="kept", **layout
        ),
    }
    return explore(teacher_cost_chart, controls)
