"""Knows inputs of one, two and three dimensions only; of four it overlooks the third.

With input_shape=(2, 3, 4, 5), out_features=6 the text promises 720 ("any number of dimensions before the last");
gives 180.
"""


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    in_features = input_shape[-1]
    batch = input_shape[0] if len(input_shape) > 1 else 1
    tokens = input_shape[1] if len(input_shape) > 2 else 1
    return batch * tokens * in_features * out_features
