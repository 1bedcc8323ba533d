"""The course's charts: one look, readable without colour, each with its description in words."""

from compresslab.plots.chart import Chart
from compresslab.plots.figures import Point, accuracy_vs_size, learning_curves, sample_page, speedup_chart

__all__ = ["Chart", "Point", "accuracy_vs_size", "learning_curves", "sample_page", "speedup_chart"]
