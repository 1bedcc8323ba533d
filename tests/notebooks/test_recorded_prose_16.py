"""What chapter 16 says of recorded results is what the files in `reference/` hold."""

from chapter_prose import prose

from compresslab.recorded import load_recorded

PROSE = prose("16")
LOAD = load_recorded("shipping/load")
TARGETS = load_recorded("shipping/targets")


def test_no_request_failed_through_all_changes() -> None:
    assert "No request failed, through all changes" in PROSE
    assert LOAD["found"]["through promotion and rollback"]["failed"] == 0
    assert "under requests from 16 connections" in PROSE
    assert LOAD["settings"]["connections"] == 16


def test_ray_serve_answered_fewer_requests_than_a_plain_server_on_two_cores() -> None:
    assert "on two cores, which the client shares, Ray Serve answered fewer requests than the plain server" in PROSE
    assert LOAD["machine"]["usable_cores"] == 2
    ray, plain = (LOAD["found"][name] for name in ("through promotion and rollback", "plain, version 1"))
    assert ray["per_second"] < plain["per_second"]


def test_the_targets_are_those_of_a_width_20_network_on_one_thread() -> None:
    assert "a ResNet-18 of width 20, one thread" in PROSE
    assert "20" in TARGETS["network"] and TARGETS["machine"]["threads"] == 1


def test_seven_files_of_the_same_weights_differ_by_what_runs_them() -> None:
    assert "Seven of these files hold the same fp32 weights, and an image takes from 1.0 to 3.1 ms" in PROSE
    rows = {row["target"]: row for row in TARGETS["rows"] if "not_run" not in row}
    files = [row for name, row in rows.items() if row["size_bytes"] is not None and "int8" not in name]
    times = [row["speed"]["1"]["latency_ms_p50"] for row in files]
    assert len(files) == 7 and (round(min(times), 1), round(max(times), 1)) == (1.0, 3.1)
    assert "On this machine `torch.compile` is slower than eager mode for one image" in PROSE
    compiled, eager = (rows[name]["speed"]["1"]["latency_ms_p50"] for name in ("torch.compile", "PyTorch eager"))
    assert compiled > eager


def test_the_control_without_batching_answers_more_requests_in_fp32_and_as_many_in_int8() -> None:
    assert "the same server answers 26% more requests of the fp32 network *without* batching" in PROSE
    assert "With int8 the rounds overlap" in PROSE
    assert "three rounds of four seconds" in PROSE
    assert (LOAD["settings"]["rounds"], LOAD["settings"]["seconds of each round"]) == (3, 4.0)
    found = LOAD["found"]
    batched, alone = ([found[f"local{how}, version {n}"] for n in (1, 2)] for how in ("", ", one at a time"))
    assert round(100 * (alone[0]["per_second"] / batched[0]["per_second"] - 1)) == 26
    assert min(alone[0]["per_second_by_round"]) > max(batched[0]["per_second_by_round"])
    assert min(alone[1]["per_second_by_round"]) < max(batched[1]["per_second_by_round"])


def test_the_plain_server_answers_more_than_the_chapters_own() -> None:
    assert "The plain server, which does less for each request, answered more than the chapter's own" in PROSE
    for n in (1, 2):
        plain, local = (LOAD["found"][f"{name}, version {n}"]["per_second_by_round"] for name in ("plain", "local"))
        assert min(plain) > max(local)
