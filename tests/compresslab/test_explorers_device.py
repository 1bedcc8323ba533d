"""The explorer of devices: its marks are the estimates, and what it says is the advice."""

import pytest

from compresslab.advice import Workload, advise
from compresslab.devices import DEVICES
from compresslab.errors import InputError
from compresslab.explorers import device_chart, device_explorer

WRITING = Workload("a token", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
PICTURE = Workload("a picture", macs=10**9, weights=10**6, values=10**6, peak_values=10**5)


@pytest.mark.parametrize("device", DEVICES.values(), ids=list(DEVICES))
@pytest.mark.parametrize("work", [WRITING, PICTURE], ids=["token", "picture"])
def test_marks_stand_at_the_estimates_and_words_are_the_advice(device, work) -> None:
    chart, advice = device_chart(device, work), advise(device, work)
    axis, words = chart.figure.axes
    marks = [line for line in axis.lines if len(line.get_xdata()) == 1]
    assert len(marks) == len(advice.estimates)
    for mark, each in zip(marks, advice.estimates, strict=True):
        assert mark.get_ydata()[0] == pytest.approx(work.macs / each.seconds)
        assert mark.get_xdata()[0] == pytest.approx(work.macs / work.bytes_in(each.format))
        assert f"{each.format.name} at least" in chart.alt
    shown = " ".join(words.texts[0].get_text().split())
    for line in advice.lines:
        assert line.do in shown and line.do in chart.alt, "there is room for all of it"


def test_controls_change_the_picture_and_the_batch() -> None:
    explorer = device_explorer({"token": WRITING, "picture": PICTURE}, most_inputs=8)
    device, network, inputs, picture = explorer.children
    assert list(inputs.options) == [1, 2, 4, 8]
    device.value, network.value, inputs.value = "GPU", "picture", 4
    assert "a picture, 4 at a time on NVIDIA H100 SXM" in picture.value
    with pytest.raises(InputError, match="at least one workload"):
        device_explorer({})
