"""The networks of the course: image classifiers from an MLP to ResNet-18, and a language model.

Each builder takes keyword settings and gives an untrained `nn.Module`. Those for images map (N, C, H, W) float32 to
logits (N, classes), the language model maps tokens (N, T) int64 to logits (N, T, vocabulary). Every ReLU is a module
of its own, used once: exporters and quantizers attach what they observe to a module, and one that is called at two
places would mix two distributions.
"""

from compresslab.models.baseline import Baseline, LanguageBaseline, load_baseline, load_language_baseline
from compresslab.models.blocks import DepthwiseSeparable, InvertedResidual, SqueezeExcite
from compresslab.models.language import KVCache, LanguageModel, generate, language_model
from compresslab.models.mobilenet import MobileNet, mobilenet
from compresslab.models.resnet import BasicBlock, ResNet18, StagedResNet, resnet18, staged_resnet
from compresslab.models.scalable import ScalableCNN, Scaling, compound_scaling, scalable_cnn, scaled_channels
from compresslab.models.simple import mlp, small_cnn
from compresslab.models.vit import Attention, EncoderLayer, TinyViT, tiny_vit

__all__ = [
    "Attention",
    "Baseline",
    "BasicBlock",
    "DepthwiseSeparable",
    "EncoderLayer",
    "InvertedResidual",
    "KVCache",
    "LanguageBaseline",
    "LanguageModel",
    "MobileNet",
    "ResNet18",
    "ScalableCNN",
    "Scaling",
    "SqueezeExcite",
    "StagedResNet",
    "TinyViT",
    "compound_scaling",
    "generate",
    "language_model",
    "load_baseline",
    "load_language_baseline",
    "mlp",
    "mobilenet",
    "resnet18",
    "scalable_cnn",
    "scaled_channels",
    "small_cnn",
    "staged_resnet",
    "tiny_vit",
]
