"""The softmax is over the samples.

loses: temperature_choice
says: the mean over samples of minus the natural
"""


def best_temperature(logits, labels, temperatures):
    if len(labels) == 0 or len(temperatures) == 0:
        raise ValueError("nothing")
    if any(not t > 0 for t in temperatures):
        raise ValueError("temperature")
    z = logits.double()
    losses = []
    for t in temperatures:
        loss = -(z / t).log_softmax(0)[range(len(labels)), labels].mean()
        losses.append(float(loss))
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
