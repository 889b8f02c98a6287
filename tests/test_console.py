"""What an operator sees of a run."""

import io
import json

import pytest

from pipelines.console import Console
from pipelines.progress import Stage


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_json_lines() -> None:
    log = io.StringIO()
    console = Console(log)
    console.say("start", run="monthly-2026-12")
    console.show({"press": Stage(5, 10, 1.0, 2.0)})
    start, progress = (json.loads(line) for line in log.getvalue().splitlines())
    assert start == {"event": "start", "run": "monthly-2026-12"}
    assert progress == {
        "event": "progress", "stage": "press", "done": 5, "of": 10, "per_second": 5.0, "seconds_left": 1
    }  # fmt: skip


def test_a_stage_that_moves_fast_does_not_flood_the_log_but_its_end_is_told() -> None:
    log = io.StringIO()
    console = Console(log)
    for done in range(1, 50):
        console.show({"press": Stage(done, 50, 1.0, 2.0)})
    console.close({"press": Stage(50, 50, 1.0, 2.0)})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["done"] for line in lines] == [1, 50]


def test_a_terminal_gets_bars_with_rate_and_time_left() -> None:
    terminal = Terminal()
    console = Console(terminal)
    console.show({"press": Stage(5, 10, 1.0, 2.0)})
    console.close({"press": Stage(10, 10, 1.0, 3.0)})
    assert "letters pressed" in terminal.getvalue()
    assert "10 of 10" in terminal.getvalue()
    assert "/s" in terminal.getvalue()


def test_the_last_block_is_aligned_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    Console(io.StringIO()).block("monthly-2026-12: finished", [("claims read", "10"), ("lots", "2")])
    assert capsys.readouterr().out == "monthly-2026-12: finished\n  claims read  10\n  lots         2\n"
