"""Watching a model that serves: its inputs, its answers and, once labels come, its accuracy."""

from compresslab.monitoring.alerts import Alert, Change, states
from compresslab.monitoring.answers import AnswerShift, answer_shift
from compresslab.monitoring.checklists import (
    Checklist,
    Item,
    NotMet,
    Traffic,
    after_deployment,
    at_deployment,
    before_deployment,
    run_checklist,
)
from compresslab.monitoring.dashboard import Dashboard, Panel
from compresslab.monitoring.drift import Drift, category_drift, holm, kolmogorov_smirnov, psi
from compresslab.monitoring.embeddings import frechet_distance, maximum_mean_discrepancy
from compresslab.monitoring.labels import LabelJoin, LabelReport

__all__ = [
    "Alert",
    "AnswerShift",
    "Change",
    "Checklist",
    "Dashboard",
    "Drift",
    "Item",
    "LabelJoin",
    "LabelReport",
    "NotMet",
    "Panel",
    "Traffic",
    "after_deployment",
    "answer_shift",
    "at_deployment",
    "before_deployment",
    "category_drift",
    "frechet_distance",
    "holm",
    "kolmogorov_smirnov",
    "maximum_mean_discrepancy",
    "psi",
    "run_checklist",
    "states",
]
