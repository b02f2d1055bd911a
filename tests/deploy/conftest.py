"""Says plainly whether the compose file was tried, since a skipped test is easily overlooked."""

import pytest

from tests.deploy.engine import NOT_RUN


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line where everybody looks."""
    for reason in NOT_RUN:
        terminalreporter.write_line(f"compose: not run: {reason}", yellow=True, bold=True)
