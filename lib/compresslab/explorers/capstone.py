"""A project's variants on their frontier: which one a tolerance chooses, and where the learner's own lies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets as widgets

from compresslab.arguments import at_least, one_of, positive, share
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart, frontier_chart

AXES = {"kilobytes": "size of the file (kB)", "milliseconds": "time of an image (milliseconds)"}


@dataclass(frozen=True)
class Candidate:
    """A file that could be shipped.

    Attributes:
        name: for the chart.
        size_bytes: of the file.
        milliseconds: of one image.
        validation: share of the validation images that it gets right, by which it may be chosen.
        test: share of the test images, which is reported.

    Raises:
        InputError: a share is out of 0 to 1, or size or time isn't positive.

    >>> Candidate("small", 200_000, 0.2, validation=0.94, test=0.95).name
    'small'
    """

    name: str
    size_bytes: int
    milliseconds: float
    validation: float
    test: float

    def __post_init__(self) -> None:
        positive(size_bytes=self.size_bytes, milliseconds=self.milliseconds)
        share(validation=self.validation, test=self.test)


def chosen(candidates: Sequence[Candidate], tolerance: float) -> Candidate:
    """The smallest file that loses no more validation accuracy than allowed.

    Args:
        candidates: the baseline first.
        tolerance: percentage points that may be lost against it, exactly so many among them.

    Raises:
        InputError: there is no candidate, or the tolerance is negative.

    >>> dense, small = Candidate("dense", 900, 1.0, 0.95, 0.95), Candidate("small", 100, 0.5, 0.93, 0.94)
    >>> chosen([dense, small], 2.0).name, chosen([dense, small], 1.9).name
    ('small', 'dense')
    """
    if not candidates:
        raise InputError("candidates is empty: give at least the baseline.")
    return min(_within(candidates, tolerance), key=lambda each: each.size_bytes)


def capstone_chart(
    candidates: Sequence[Candidate], mine: Candidate | None = None, *, data: str
) -> Callable[..., Chart]:
    """A function that draws all candidates, the one that a tolerance chooses, and the learner's own.

    Args:
        candidates: the baseline first.
        mine: the learner's own; it counts on the frontier, but is no candidate, and isn't chosen.
        data: name of the data set.

    Returns:
        Draws for `across`, "kilobytes" or "milliseconds", and a `tolerance` in percentage points.

    Raises:
        InputError: there is no candidate.

    >>> dense, small = Candidate("dense", 900, 1.0, 0.95, 0.95), Candidate("small", 100, 0.5, 0.93, 0.94)
    >>> print(capstone_chart([dense, small], data="digits")("kilobytes", tolerance=1).alt)
    Chosen: dense, 900 bytes, 1.000 ms, 95.0%, digits; ... 2 points, 2 of them on the frontier, ...
    """
    chosen(candidates, 0.0)
    shown = [*candidates, *([mine] if mine else [])]

    def draw(across: str = "kilobytes", *, tolerance: float) -> Chart:
        one_of(AXES, across=across)
        within, best = _within(candidates, tolerance), chosen(candidates, tolerance)
        kinds = ["may be chosen" if each in within else "loses too much" for each in candidates]
        lost = 100 * (candidates[0].test - best.test)
        return frontier_chart(
            {
                across: [each.size_bytes / 1000 if across == "kilobytes" else each.milliseconds for each in shown],
                "accuracy": [100 * each.test for each in shown],
            },
            {across: "min", "accuracy": "max"},
            title=f"Chosen: {best.name}, {best.size_bytes:,} bytes, {best.milliseconds:.3f} ms, {100 * best.test:.1f}%",
            subtitle=f"{data}; {lost:+.1f} points of test accuracy lost, chosen by validation images",
            axes={across: AXES[across], "accuracy": "test accuracy (%)"},
            kinds=[*kinds, *(["yours"] if mine else [])],
            marked={best.name: candidates.index(best)} | ({mine.name: len(candidates)} if mine else {}),
            log=(across,),
        )

    return draw


def capstone_explorer(candidates: Sequence[Candidate], mine: Candidate | None = None, *, data: str) -> widgets.VBox:
    """The chart with a slider for the tolerance, and a choice of what lies across.

    >>> dense, small = Candidate("dense", 900, 1.0, 0.95, 0.95), Candidate("small", 100, 0.5, 0.93, 0.94)
    >>> len(capstone_explorer([dense, small], data="digits").children)  # two controls and the picture
    3
    """
    wide = {"style": {"description_width": "12em"}, "layout": {"width": "36em"}}
    controls = {
        "across": widgets.Dropdown(options=list(AXES), value="kilobytes", description="across", **wide),
        "tolerance": widgets.FloatSlider(
            value=2.0,
            min=0.0,
            max=6.0,
            step=0.25,
            description="points that may be lost",
            continuous_update=False,
            **wide,
        ),
    }
    return explore(capstone_chart(candidates, mine, data=data), controls)


def _within(candidates: Sequence[Candidate], tolerance: float) -> list[Candidate]:
    at_least(0, tolerance=tolerance)
    # Accuracies are shares of whole counts: what is lost by rounding must not refuse exactly the tolerance.
    floor = candidates[0].validation - tolerance / 100 - 1e-9
    return [each for each in candidates if each.validation >= floor]
