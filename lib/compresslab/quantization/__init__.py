"""Fewer bits a number: formats, ranges, and the ways from a trained model to one that computes in integers."""

from compresslab.quantization.affine import (
    block_range,
    dequantize,
    fake_quantize,
    quantize,
    scale_and_zero_point,
    symmetric_scale,
)
from compresslab.quantization.awq import awq
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.blocks import per_channel, per_group, per_tensor
from compresslab.quantization.channel_scales import Fold, fold_scale, language_folds
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
from compresslab.quantization.gptq import gptq, gptq_weight
from compresslab.quantization.groups import (
    GroupLinear,
    GroupWeight,
    bits_per_weight,
    packed_bytes,
    quantize_groups,
    round_to_nearest,
)
from compresslab.quantization.kv_cache import QuantizedKVCache, through_cache
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
from compresslab.quantization.smoothquant import smooth, smoothquant
from compresslab.quantization.weight_only import quantize_weights

__all__ = [
    "FLOAT_FORMATS",
    "INT4",
    "INT8",
    "TERNARY",
    "UINT4",
    "UINT8",
    "FloatFormat",
    "Fold",
    "GroupLinear",
    "GroupWeight",
    "IntegerFormat",
    "LeastLoss",
    "MinMax",
    "MovingAverage",
    "Percentile",
    "QuantizedKVCache",
    "RangeEstimator",
    "RangeMethod",
    "activation_format",
    "awq",
    "binarize",
    "bits_per_weight",
    "block_range",
    "dequantize",
    "divergence",
    "fake_quantize",
    "float_format",
    "fold_batch_norm",
    "fold_scale",
    "gptq",
    "gptq_weight",
    "language_folds",
    "packed_bytes",
    "per_channel",
    "per_group",
    "per_tensor",
    "quantize",
    "quantize_groups",
    "quantize_weights",
    "range_estimator",
    "round_to_nearest",
    "scale_and_zero_point",
    "smooth",
    "smoothquant",
    "squared_error",
    "symmetric_scale",
    "ternarize",
    "through_cache",
    "weight_format",
    "what_is_lost",
]
