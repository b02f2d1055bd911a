"""What a benchmark leaves on a server of others is removed; what cannot be is said."""

import pytest

from bench.work_folder import remove_databases

NOBODY = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"


def test_a_server_that_is_gone_costs_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    remove_databases(NOBODY, "bench_1234")
    assert "bench_1234_" in capsys.readouterr().err
