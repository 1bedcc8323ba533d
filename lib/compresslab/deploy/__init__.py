"""Out of the notebook: ONNX files, and the runtimes that serve them."""

from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.deploy.onnx import OnnxModel, Parity, export_onnx, optimized_ops, parity
from compresslab.deploy.qdq import IntegerOperators, Share, export_qdq, integer_operators
from compresslab.deploy.static import quantize_static

__all__ = [
    "IntegerOperators",
    "OnnxLanguageModel",
    "OnnxModel",
    "Parity",
    "Share",
    "export_language_model",
    "export_onnx",
    "export_qdq",
    "integer_operators",
    "optimized_ops",
    "parity",
    "quantize_static",
]
