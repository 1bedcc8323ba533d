"""Out of the notebook: ONNX files, and the runtimes that serve them."""

from compresslab.deploy.onnx import OnnxModel, Parity, export_onnx, optimized_ops, parity
from compresslab.deploy.static import quantize_static

__all__ = ["OnnxModel", "Parity", "export_onnx", "optimized_ops", "parity", "quantize_static"]
