"""Other runtimes than ONNX Runtime: a model turned into their file, and the file called like the model.

Each module has an `export_...` that writes the file and a class that opens it. They share one shape with `OnnxModel`:
images (N, C, H, W) float32 in, logits out, `threads` and `size_bytes` beside, so `parity` and the benchmark take them
all. Their libraries are no dependency of the course: `pip install '.[targets]'` in an environment of its own, since one
of them wants an older PyTorch. Without them, importing these modules works and using them says what is missing.

| target | file | made from | needs to run |
|---|---|---|---|
| OpenVINO | `.xml` and `.bin` | an ONNX file | openvino; CPUs of Intel, AMD and ARM, GPUs and NPUs of Intel |
| ExecuTorch | `.pte` | `torch.export` | executorch; phones and up, here its XNNPACK kernels for CPUs |
| LiteRT (once TensorFlow Lite) | `.tflite` | `torch.export` | ai-edge-litert; phones, browsers, microcontrollers |
| Core ML | `.mlpackage` | `torch.export` | an Apple system; the conversion also runs on Linux |
| TensorRT | engine | an ONNX file | an NVIDIA GPU, also to build it, and of the same kind |
| torch.compile | none | the model | Python, PyTorch, a C++ compiler, and time at every start |
| torch.export | `.pt2` | the model | Python and PyTorch |
| AOTInductor | `.pt2` with machine code | `torch.export` | PyTorch's C++ library, the same kind of CPU |
| TorchScript (deprecated) | `.pt` | the model | PyTorch's C++ library |
"""

from compresslab.deploy.targets.coreml import CoreMlModel, export_coreml
from compresslab.deploy.targets.executorch import ExecuTorchModel, export_executorch
from compresslab.deploy.targets.litert import LiteRtModel, export_litert
from compresslab.deploy.targets.openvino import OpenVinoModel, export_openvino
from compresslab.deploy.targets.programs import ProgramModel, compiled, export_ahead_of_time, export_program, script
from compresslab.deploy.targets.tensorrt import TensorRtModel, build_engine

__all__ = [
    "CoreMlModel",
    "ExecuTorchModel",
    "LiteRtModel",
    "OpenVinoModel",
    "ProgramModel",
    "TensorRtModel",
    "build_engine",
    "compiled",
    "export_ahead_of_time",
    "export_coreml",
    "export_executorch",
    "export_litert",
    "export_openvino",
    "export_program",
    "script",
]
