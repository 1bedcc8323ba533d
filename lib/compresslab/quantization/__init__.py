"""Fewer bits a number: formats, ranges, and the ways from a trained model to one that computes in integers."""

from compresslab.quantization.adaround import round_adaptively
from compresslab.quantization.affine import (
    block_range,
    dequantize,
    fake_quantize,
    quantize,
    scale_and_zero_point,
    symmetric_scale,
)
from compresslab.quantization.aware import (
    fold_after_training,
    freeze_batch_norm,
    learn_scales,
    prepare_for_training,
)
from compresslab.quantization.awq import awq
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.bias_correction import correct_biases
from compresslab.quantization.blocks import per_channel, per_group, per_tensor
from compresslab.quantization.channel_scales import Fold, fold_scale, language_folds
from compresslab.quantization.dynamic import quantize_dynamic
from compresslab.quantization.equalization import equalize
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
    floating_values,
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
from compresslab.quantization.integer_network import integer_logits
from compresslab.quantization.kv_cache import QuantizedKVCache, through_cache
from compresslab.quantization.lsq import learned_step
from compresslab.quantization.post_training import calibrate, quantize_post_training
from compresslab.quantization.prepare import BitWidths, insert_quantizers
from compresslab.quantization.quantizers import ActivationQuantizer, QuantizedLayer, WeightQuantizer
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
from compresslab.quantization.stored import load_quantized, save_quantized
from compresslab.quantization.weight_only import quantize_weights

__all__ = [
    "FLOAT_FORMATS",
    "INT4",
    "INT8",
    "TERNARY",
    "UINT4",
    "UINT8",
    "ActivationQuantizer",
    "BitWidths",
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
    "QuantizedLayer",
    "RangeEstimator",
    "RangeMethod",
    "WeightQuantizer",
    "activation_format",
    "awq",
    "binarize",
    "bits_per_weight",
    "block_range",
    "calibrate",
    "correct_biases",
    "dequantize",
    "divergence",
    "equalize",
    "fake_quantize",
    "float_format",
    "floating_values",
    "fold_after_training",
    "fold_batch_norm",
    "fold_scale",
    "freeze_batch_norm",
    "gptq",
    "gptq_weight",
    "insert_quantizers",
    "integer_logits",
    "language_folds",
    "learn_scales",
    "learned_step",
    "load_quantized",
    "packed_bytes",
    "per_channel",
    "per_group",
    "per_tensor",
    "prepare_for_training",
    "quantize",
    "quantize_dynamic",
    "quantize_groups",
    "quantize_post_training",
    "quantize_weights",
    "range_estimator",
    "round_adaptively",
    "round_to_nearest",
    "save_quantized",
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
