"""Fewer bits a number: fake-quantized weights (`affine`) and integer execution (`static`)."""

from compresslab.quantization.affine import fake_quantize, quantize_weights, symmetric_scale
from compresslab.quantization.static import quantize_static

__all__ = ["fake_quantize", "quantize_static", "quantize_weights", "symmetric_scale"]
