"""Out of the notebook: ONNX files, the runtimes that run them, and the registry that servers load them from."""

from compresslab.deploy.card import ModelCard, Preprocessing, current_git_revision
from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.deploy.onnx import OnnxModel, Parity, export_onnx, optimized_ops, parity
from compresslab.deploy.qdq import IntegerOperators, Share, export_qdq, integer_operators
from compresslab.deploy.registry import Change, LoadedModel, ModelVersion, Registry, smoke_test
from compresslab.deploy.static import quantize_static
from compresslab.deploy.tolerance import BatchParity, Tolerance, batch_parity

__all__ = [
    "BatchParity",
    "Change",
    "IntegerOperators",
    "LoadedModel",
    "ModelCard",
    "ModelVersion",
    "OnnxLanguageModel",
    "OnnxModel",
    "Parity",
    "Preprocessing",
    "Registry",
    "Share",
    "Tolerance",
    "batch_parity",
    "current_git_revision",
    "export_language_model",
    "export_onnx",
    "export_qdq",
    "integer_operators",
    "optimized_ops",
    "parity",
    "quantize_static",
    "smoke_test",
]
