"""The course's charts: one look, readable without colour, each with its description in words."""

from compresslab.plots.bits import bits_chart, levels_chart
from compresslab.plots.chart import Chart
from compresslab.plots.figures import Point, accuracy_vs_size, learning_curves, sample_page, speedup_chart
from compresslab.plots.frontier import frontier_chart, spread_chart
from compresslab.plots.gains import gains_chart
from compresslab.plots.iterative import differences_chart, fractions_chart, left_by_layer_chart
from compresslab.plots.methods import methods_chart
from compresslab.plots.roofline import roofline_chart
from compresslab.plots.scenarios import scenarios_chart
from compresslab.plots.sensitivity import degradation_chart, sensitivity_chart
from compresslab.plots.sparsity import (
    Speed,
    bytes_chart,
    masks_chart,
    revived_chart,
    speeds_chart,
    zeros_by_input_chart,
)
from compresslab.plots.spectrum import singular_values_chart
from compresslab.plots.structured import LayerSize, Saving, cut_chart, network_chart, saving_chart, steps_chart
from compresslab.plots.students import students_chart
from compresslab.plots.tokens import tokens_chart

__all__ = [
    "Chart",
    "LayerSize",
    "Point",
    "Saving",
    "Speed",
    "accuracy_vs_size",
    "bits_chart",
    "bytes_chart",
    "cut_chart",
    "degradation_chart",
    "differences_chart",
    "fractions_chart",
    "frontier_chart",
    "gains_chart",
    "learning_curves",
    "left_by_layer_chart",
    "levels_chart",
    "masks_chart",
    "methods_chart",
    "network_chart",
    "revived_chart",
    "roofline_chart",
    "sample_page",
    "saving_chart",
    "scenarios_chart",
    "sensitivity_chart",
    "singular_values_chart",
    "speeds_chart",
    "speedup_chart",
    "spread_chart",
    "steps_chart",
    "students_chart",
    "tokens_chart",
    "zeros_by_input_chart",
]
