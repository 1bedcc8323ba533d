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
    assert "on two cores Ray Serve answered fewer requests than the plain server" in PROSE
    assert LOAD["machine"]["usable_cores"] == 2
    ray, plain = (LOAD["found"][name] for name in ("through promotion and rollback", "plain, version 1"))
    assert ray["per_second"] < plain["per_second"]


def test_the_targets_are_those_of_a_width_20_network_on_one_thread() -> None:
    assert "a ResNet-18 of width 20, one thread" in PROSE
    assert "20" in TARGETS["network"] and TARGETS["machine"]["threads"] == 1
