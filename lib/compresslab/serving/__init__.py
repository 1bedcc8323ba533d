"""A compressed model in front of requests: validated, batched, in two versions, watched, and taken back by itself.

`local` serves in this process; `on_ray`, which needs the extra `scale`, in replicas of their own. Both answer the same
endpoints from the same core.
"""

from compresslab.serving.batching import Batcher, Computed
from compresslab.serving.endpoints import Admission
from compresslab.serving.errors import ModelFailure, Refused
from compresslab.serving.guard import Guard, Limits, Verdict
from compresslab.serving.local import LocalServer
from compresslab.serving.metrics import Metrics
from compresslab.serving.service import Prediction, Service, Version
from compresslab.serving.traffic import Traffic, position

__all__ = [
    "Admission",
    "Batcher",
    "Computed",
    "Guard",
    "Limits",
    "LocalServer",
    "Metrics",
    "ModelFailure",
    "Prediction",
    "Refused",
    "Service",
    "Traffic",
    "Verdict",
    "Version",
    "position",
]
