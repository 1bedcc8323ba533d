"""Fewer bits a number: fake-quantized weights. Integer execution is `deploy.quantize_static`."""

from compresslab.quantization.affine import fake_quantize, quantize_weights, symmetric_scale

__all__ = ["fake_quantize", "quantize_weights", "symmetric_scale"]
