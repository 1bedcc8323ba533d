"""Right: a generator over the block's state_dict, which asks the names what is there; the order is the state_dict's."""
from compresslab.models import BasicBlock


def coupled_group(block: BasicBlock) -> dict[str, int]:
    state = block.state_dict()
    projected = any(name.startswith("downsample.") for name in state)

    def found():
        for name, tensor in state.items():
            layer, _, _ = name.rpartition(".")
            if tensor.ndim == 0:
                continue
            if layer in {"bn2", "downsample.1", "conv2", "downsample.0"}:
                yield name, 0
            elif layer == "conv1" and not projected:
                yield name, 1

    return dict(found())
