"""The networks of the course: an MLP, a small CNN, a MobileNet, a tiny vision transformer and ResNet-18.

Each builder takes keyword settings and gives an untrained `nn.Module` that maps images (N, C, H, W) float32 to
logits (N, classes). Every ReLU is a module of its own, used once: exporters and quantizers attach what they
observe to a module, and one that is called at two places would mix two distributions.
"""

from compresslab.models.baseline import Baseline, load_baseline
from compresslab.models.mobilenet import InvertedResidual, MobileNet, mobilenet
from compresslab.models.resnet import BasicBlock, ResNet18, resnet18
from compresslab.models.simple import mlp, small_cnn
from compresslab.models.vit import Attention, EncoderLayer, TinyViT, tiny_vit

__all__ = [
    "Attention",
    "Baseline",
    "BasicBlock",
    "EncoderLayer",
    "InvertedResidual",
    "MobileNet",
    "ResNet18",
    "TinyViT",
    "load_baseline",
    "mlp",
    "mobilenet",
    "resnet18",
    "small_cnn",
    "tiny_vit",
]
