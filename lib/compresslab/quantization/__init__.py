"""Fewer bits a number: formats, ranges, and the ways from a trained model to one that computes in integers."""

from compresslab.quantization.affine import (
    block_range,
    dequantize,
    fake_quantize,
    quantize,
    scale_and_zero_point,
    symmetric_scale,
)
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.blocks import per_channel, per_group, per_tensor
from compresslab.quantization.few_values import binarize, ternarize
from compresslab.quantization.formats import (
    FLOAT_FORMATS,
    INT4,
    INT8,
    TERNARY,
    UINT4,
    UINT8,
    FloatFormat,
    IntegerFormat,
    activation_format,
    float_format,
    weight_format,
    what_is_lost,
)
from compresslab.quantization.ranges import (
    LeastLoss,
    MinMax,
    MovingAverage,
    Percentile,
    RangeEstimator,
    RangeMethod,
    divergence,
    range_estimator,
    squared_error,
)
from compresslab.quantization.weight_only import quantize_weights

__all__ = [
    "FLOAT_FORMATS",
    "INT4",
    "INT8",
    "TERNARY",
    "UINT4",
    "UINT8",
    "FloatFormat",
    "IntegerFormat",
    "LeastLoss",
    "MinMax",
    "MovingAverage",
    "Percentile",
    "RangeEstimator",
    "RangeMethod",
    "activation_format",
    "binarize",
    "block_range",
    "dequantize",
    "divergence",
    "fake_quantize",
    "float_format",
    "fold_batch_norm",
    "per_channel",
    "per_group",
    "per_tensor",
    "quantize",
    "quantize_weights",
    "range_estimator",
    "scale_and_zero_point",
    "squared_error",
    "symmetric_scale",
    "ternarize",
    "weight_format",
    "what_is_lost",
]
