"""Whether a compressed model behaves like the original: accuracy first, and all that accuracy hides."""

from compresslab.evaluation.agreement import agreement, top_k_overlap
from compresslab.evaluation.attacks import Normalized, fgsm, pgd, sign_noise
from compresslab.evaluation.calibration import (
    Reliability,
    chance_error,
    confidence_and_correct,
    expected_calibration_error,
    reliability,
)
from compresslab.evaluation.churn import Churn, churn
from compresslab.evaluation.consistency import error_consistency, error_correlation
from compresslab.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from compresslab.evaluation.critical import CriticalFailure, critical_failures
from compresslab.evaluation.divergence import kl_divergence
from compresslab.evaluation.equivalence import Equivalence, equivalence
from compresslab.evaluation.exemplars import exemplars, lost_log_probability
from compresslab.evaluation.harm import Excess, GroupHarm, harm_by_group, worst_group
from compresslab.evaluation.inputs import check_labels, check_level, check_logits
from compresslab.evaluation.intervals import Difference, Interval, accuracy_difference, accuracy_interval, wilson
from compresslab.evaluation.masking import GradientCheck, check_gradients
from compresslab.evaluation.mcnemar import McNemar, mcnemar
from compresslab.evaluation.outliers import auroc, outlier_score
from compresslab.evaluation.paired import accuracy_change, likeness, tango
from compresslab.evaluation.selective import Selective, answer_when_sure
from compresslab.evaluation.temperature import fit_temperature

__all__ = [
    "CORRUPTIONS",
    "STRENGTHS",
    "Churn",
    "CriticalFailure",
    "Difference",
    "Equivalence",
    "Excess",
    "GradientCheck",
    "GroupHarm",
    "Interval",
    "McNemar",
    "Normalized",
    "Reliability",
    "Selective",
    "accuracy_change",
    "accuracy_difference",
    "accuracy_interval",
    "agreement",
    "answer_when_sure",
    "auroc",
    "chance_error",
    "check_gradients",
    "check_labels",
    "check_level",
    "check_logits",
    "churn",
    "confidence_and_correct",
    "corrupt",
    "critical_failures",
    "equivalence",
    "error_consistency",
    "error_correlation",
    "exemplars",
    "expected_calibration_error",
    "fgsm",
    "fit_temperature",
    "harm_by_group",
    "kl_divergence",
    "likeness",
    "lost_log_probability",
    "mcnemar",
    "outlier_score",
    "pgd",
    "reliability",
    "sign_noise",
    "tango",
    "top_k_overlap",
    "wilson",
    "worst_group",
]
