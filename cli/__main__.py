"""`motcua`, and `python -m cli`, which is the same."""

import sys

from cli.errors import CliError
from cli.language import localized


def main() -> None:
    """Run the command; what is missing or wrong is said in one sentence, with its exit code."""
    try:
        sys.exit(run(sys.argv[1:]))
    except CliError as trouble:
        sys.stderr.write(localized(trouble.vi, trouble.en) + "\n")
        sys.exit(trouble.code)


def run(arguments: list[str]) -> int:
    """The exit code of this command line.

    Raises:
        CliError: something is missing, taken or broken.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 -- said in a sentence, not in a traceback
        raise CliError(
            "Cần Python 3.11 trở lên: hãy cài python3.11 rồi chạy `make setup`.",
            "Python 3.11 or newer is needed: install python3.11 and run `make setup`.",
        )
    try:
        from cli.commands import call  # noqa: PLC0415 -- after the check

        return call(arguments)
    except ModuleNotFoundError as error:
        raise CliError(
            f"Môi trường Python thiếu thư viện {error.name}: hãy chạy `make setup`.",
            f"The Python environment lacks {error.name}: run `make setup`.",
        ) from error


if __name__ == "__main__":
    main()
