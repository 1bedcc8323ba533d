"""Out of the notebook: ONNX files, and the runtimes that serve them."""

from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.deploy.onnx import OnnxModel, Parity, export_onnx, optimized_ops, parity
from compresslab.deploy.static import quantize_static

__all__ = [
    "OnnxLanguageModel",
    "OnnxModel",
    "Parity",
    "export_language_model",
    "export_onnx",
    "optimized_ops",
    "parity",
    "quantize_static",
]
