"""The course's charts: one look, readable without colour, each with its description in words."""

from compresslab.plots.chart import Chart
from compresslab.plots.figures import Point, accuracy_vs_size, learning_curves, sample_page, speedup_chart
from compresslab.plots.roofline import roofline_chart
from compresslab.plots.spectrum import singular_values_chart

__all__ = [
    "Chart",
    "Point",
    "accuracy_vs_size",
    "learning_curves",
    "roofline_chart",
    "sample_page",
    "singular_values_chart",
    "speedup_chart",
]
