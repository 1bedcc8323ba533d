"""From a model to a compressed one: stages in any order, each kept when it is done, checked before any work starts."""

from compresslab.pipeline.plan import Cost, DryRun, check, dry_run, rehearse
from compresslab.pipeline.quantized import is_quantized, weight_bytes, without_quantizers
from compresslab.pipeline.run import Compressed, Step, run_pipeline
from compresslab.pipeline.stages import (
    STAGES,
    Soft,
    Stage,
    distil,
    fine_tune,
    prune,
    prune_channels,
    quantize,
    stage,
    train,
)
from compresslab.pipeline.stored import StageResult, run_stage
from compresslab.weights import load_weights, save_weights  # under their name in the chapters

__all__ = [
    "STAGES",
    "Compressed",
    "Cost",
    "DryRun",
    "Soft",
    "Stage",
    "StageResult",
    "Step",
    "check",
    "distil",
    "dry_run",
    "fine_tune",
    "is_quantized",
    "load_weights",
    "prune",
    "prune_channels",
    "quantize",
    "rehearse",
    "run_pipeline",
    "run_stage",
    "save_weights",
    "stage",
    "train",
    "weight_bytes",
    "without_quantizers",
]
