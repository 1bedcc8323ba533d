"""Two ONNX files compared, judged and reported: the command `python -m compresslab.evaluation`."""

from compresslab.report.gate import Check, Gate, Verdict, judge, read_gate
from compresslab.report.measure import compare
from compresslab.report.page import page
from compresslab.report.results import Comparison
from compresslab.report.samples import Samples, load_samples
from compresslab.report.subject import Classifier

__all__ = [
    "Check",
    "Classifier",
    "Comparison",
    "Gate",
    "Samples",
    "Verdict",
    "compare",
    "judge",
    "load_samples",
    "page",
    "read_gate",
]
