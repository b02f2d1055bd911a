"""The entry point of the command `motcua`, also run as `python -m cli`."""

import sys

from cli.errors import CliError
from cli.language import localized


def main() -> None:
    """Run the command; an expected error is printed as one sentence and sets the exit code."""
    try:
        sys.exit(run(sys.argv[1:]))
    except CliError as error:
        sys.stderr.write(localized(error.vi, error.en) + "\n")
        sys.exit(error.code)


def run(arguments: list[str]) -> int:
    """Run this command line; returns its exit code.

    Raises:
        CliError: the command cannot go on, or the environment is incomplete.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 -- a sentence instead of a traceback
        raise CliError(
            "Cần Python 3.11 trở lên: hãy cài python3.11 rồi chạy `make setup`.",
            "Python 3.11 or newer is needed: install python3.11 and run `make setup`.",
        )
    try:
        from cli.commands import run_command_line  # noqa: PLC0415 -- after the check

        return run_command_line(arguments)
    except ModuleNotFoundError as error:
        raise CliError(
            f"Môi trường Python thiếu thư viện {error.name}: hãy chạy `make setup`.",
            f"The Python environment lacks {error.name}: run `make setup`.",
        ) from error


if __name__ == "__main__":
    main()
