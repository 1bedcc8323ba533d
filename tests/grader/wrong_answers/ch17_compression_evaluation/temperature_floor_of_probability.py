"""Probabilities are kept above 1e-12.

loses: temperature_limits
says: e to the power of 9,000 is infinite
"""


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    for t in temperatures:
        loss = -(z / t).softmax(1).clamp(min=1e-12).log()[range(len(labels)), labels].mean()
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
