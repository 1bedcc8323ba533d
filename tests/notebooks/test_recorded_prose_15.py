"""What chapter 15 says of recorded results is what the files in `reference/` hold."""

from chapter_prose import prose

from compresslab.recorded import load_recorded

PROSE = prose("15")
RECORD = load_recorded("measuring/self_test")


def alarms(part: str, engine: str, which: str, setting: str) -> int:
    return RECORD[part]["engines"][engine]["alarms"][which][setting]


def test_the_trials_are_those_of_the_record() -> None:
    assert "tried, 20 times each" in PROSE and "exactly **10% more work**" in PROSE
    assert [RECORD[part]["trials"] for part in ("quiet", "noisy")] == [20, 20]
    assert "has a network that differs from itself, with 200 rounds" in PROSE
    assert RECORD["quiet"]["rounds"]["ONNX Runtime"] == 200


def test_a_network_was_told_apart_from_itself_until_there_was_a_margin() -> None:
    assert "told ONNX Runtime's network apart from itself in 8 of 20 trials, and in 9 by CPU time" in PROSE
    plain = [alarms("quiet", "ONNX Runtime", f"again, {clock}", "0.95, margin 0.0") for clock in ("wall", "cpu")]
    assert plain == [8, 9]
    assert "With a margin of 2% at 99% there was no false alarm at all" in PROSE
    assert "on the quiet machine the 10% were found in 20 of 20" in PROSE
    for engine in ("ONNX Runtime", "PyTorch"):
        for clock in ("wall", "cpu"):
            for part in ("quiet", "noisy"):
                assert alarms(part, engine, f"again, {clock}", "0.99, margin 0.02") == 0
            assert alarms("quiet", engine, f"slower, {clock}", "0.99, margin 0.02") == 20


def test_on_a_noisy_machine_cpu_time_finds_what_elapsed_time_misses() -> None:
    assert "elapsed time found the 10% in 10 of 20 trials with ONNX Runtime and in 6 with PyTorch" in PROSE
    assert "CPU time still found all" in PROSE
    engines = ("ONNX Runtime", "PyTorch")
    assert [alarms("noisy", engine, "slower, wall", "0.99, margin 0.02") for engine in engines] == [10, 6]
    assert [alarms("noisy", engine, "slower, cpu", "0.99, margin 0.02") for engine in engines] == [20, 20]


def test_others_measure_the_same() -> None:
    assert (
        "1.86 here, 1.87 by `torch.utils.benchmark`, 1.88 by a plain loop; under PyTorch 1.44, 1.45 and 1.47" in PROSE
    )
    peers = RECORD["quiet"]["peers"]
    for engine, told in (("ONNX Runtime", ["1.86", "1.87", "1.88"]), ("PyTorch", ["1.44", "1.45", "1.47"])):
        found = [peers[engine][key] for key in ("interleaved", "torch.utils.benchmark", "equal loop")]
        assert [f"{value:.2f}" for value in found] == told
