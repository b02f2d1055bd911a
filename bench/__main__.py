"""The command line `python -m bench`: one subcommand for each benchmark."""

import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bench.report import show

F = TypeVar("F", bound=Callable[..., Any])


def options(rounds: int) -> Callable[[F], F]:
    """The options that every benchmark has."""

    def decorate(command: F) -> F:
        for option in (
            click.option("--json", "as_json", is_flag=True, help="Rows and ratios as JSON."),
            click.option("--quick", is_flag=True, help="Short rounds: a first impression."),
            click.option("--rounds", type=click.IntRange(1), default=rounds, show_default=True),
        ):
            command = option(command)
        return command

    return decorate


@click.group()
def main() -> None:
    """Measure the platform beside what others would use."""
    # Told to end, it stops what it started: a signal alone would leave a broker and a database.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    # Eventlet warns of its end of life at each import; docs/decisions says how we replace it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")


@main.command()
@options(rounds=5)
@click.option("--memory", is_flag=True, help="Instead: motcua's memory over 200,000 events.")
def bus(*, rounds: int, quick: bool, as_json: bool, memory: bool) -> None:
    """Events of 1 kB, published and handled: motcua, bare py-amqp, nameko, FastStream."""
    from bench.bus import memory as grown  # noqa: PLC0415 -- each imports what it needs
    from bench.bus import run  # noqa: PLC0415 -- as above

    made = grown.measure() if memory else run.measure(rounds, 1.5 if quick else 5.0)
    show(made, as_json=as_json)


@main.command()
@options(rounds=3)
def intake(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Dossiers handed in over HTTP, beside the bare loop "insert, confirmed publish"."""
    from bench import intake as submissions  # noqa: PLC0415 -- as above

    show(submissions.measure(rounds, 2.0 if quick else 6.0), as_json=as_json)


@main.command()
@options(rounds=3)
def arrival(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Dossiers handed in, accepted and arrived at a desk, beside a loop of the same writes."""
    from bench import arrival as arrivals  # noqa: PLC0415 -- as above

    show(arrivals.measure(rounds, 5.0 if quick else 10.0), as_json=as_json)


@main.command()
@options(rounds=1)
def lifecycle(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Dossiers all their way through seven agencies and back, a second."""
    from bench import lifecycle as ways  # noqa: PLC0415 -- as above

    show(ways.measure(rounds * (15.0 if quick else 60.0)), as_json=as_json)


@main.command()
@options(rounds=2)
def files(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Uploads and downloads of 100 kB to 20 MB, beside the bare minio client."""
    from bench import files as kept  # noqa: PLC0415 -- as above

    show(kept.measure(rounds, 1.0 if quick else 3.0), as_json=as_json)


@main.command()
@options(rounds=1)
def journey(*, rounds: int, quick: bool, as_json: bool) -> None:
    """From the POST to the order in the agency's inbox, at half of what intake can do."""
    from bench import journey as way  # noqa: PLC0415 -- as above

    show(way.measure(rounds * (5.0 if quick else 20.0)), as_json=as_json)


@main.command()
@options(rounds=1)
@click.option("--many", type=click.IntRange(100), help="Dossiers; 100,000, or 2,000 if quick.")
def burst(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:
    """Ten times what intake can do, for two minutes; and how soon it is calm again."""
    from bench import burst as rush  # noqa: PLC0415 -- as above

    show(
        rush.measure(rounds * (10.0 if quick else 120.0), many or (2_000 if quick else rush.MANY)),
        as_json=as_json,
    )


@main.command()
@options(rounds=100)
@click.option("--many", type=click.IntRange(100), help="Dossiers; 100,000, or 2,000 if quick.")
def pages(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:
    """The pages of citizens, clerks, officers and the director, with 100,000 dossiers."""
    from bench import pages as looks  # noqa: PLC0415 -- as above

    show(looks.measure(rounds, many or (2_000 if quick else looks.MANY)), as_json=as_json)


@main.command()
@options(rounds=1)
def growth(*, rounds: int, quick: bool, as_json: bool) -> None:
    """What larger places need, by a queueing model that is tried at two loads."""
    from bench import growth as model  # noqa: PLC0415 -- as above

    show(model.measure(rounds * (8.0 if quick else 30.0)), as_json=as_json)


@main.command()
@options(rounds=3)
@click.option("--many", type=click.IntRange(100), help="Dossiers; 100,000, or 2,000 if quick.")
def cost(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:
    """Every act, page and timer: what it costs with 100 dossiers in the store, and with many."""
    from bench import cost as costs  # noqa: PLC0415 -- as above

    show(costs.measure(rounds, many or (2_000 if quick else costs.MANY)), as_json=as_json)


@main.command()
@options(rounds=100)
def desk(*, rounds: int, quick: bool, as_json: bool) -> None:
    """The work lists and the search of an agency's desk with 100,000 steps."""
    from bench import desk as lists  # noqa: PLC0415 -- as above

    show(lists.measure(rounds, 10_000 if quick else lists.MANY), as_json=as_json)


@main.command()
@options(rounds=100)
@click.option("--many", type=click.IntRange(100), help="Entries; 100,000, or 2,000 if quick.")
def feedback(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:
    """The lists and the search of feedback with 100,000 entries."""
    from bench import feedback as voices  # noqa: PLC0415 -- as above

    show(voices.measure(rounds, many or (2_000 if quick else voices.MANY)), as_json=as_json)


@main.command()
@options(rounds=3)
def webhooks(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Deliveries to healthy local targets, beside a bare loop that signs and posts alike."""
    from bench import webhooks as deliveries  # noqa: PLC0415 -- as above

    show(deliveries.measure(rounds, quick=quick), as_json=as_json)


@main.command()
@options(rounds=3)
@click.option("--many", type=click.IntRange(20_000), help="Events; 100,000, or 20,000 if quick.")
def feed(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:
    """The event feed read by its cursor, in a log of 10,000 events and in a longer one."""
    from bench import feed as reading  # noqa: PLC0415 -- as above

    show(
        reading.measure(rounds, many or (reading.QUICK if quick else reading.MANY)), as_json=as_json
    )


@main.command()
@options(rounds=10)
def agencies(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Twenty agencies' desks in one process, and a flood by one of them."""
    from bench import agencies as desks  # noqa: PLC0415 -- as above

    show(desks.measure(rounds, 3.0 if quick else 15.0), as_json=as_json)


@main.command()
@options(rounds=3)
def clock(*, rounds: int, quick: bool, as_json: bool) -> None:
    """Due dates of 30 working days, with and without the ledger, beside a naive count."""
    from bench import clock as dates  # noqa: PLC0415 -- as above

    show(dates.measure(rounds, dates.MANY // 10 if quick else dates.MANY), as_json=as_json)


@main.command()
@options(rounds=1)
@click.option("--many", type=click.IntRange(100), help="Dossiers; 50,000, or 2,000 if quick.")
def recompute(*, rounds: int, quick: bool, as_json: bool, many: int | None) -> None:  # noqa: ARG001 -- one round is minutes
    """A holiday is announced: open dossiers are counted again while intake goes on."""
    from bench.recompute import MANY, measure  # noqa: PLC0415 -- as above

    show(measure(many or (2_000 if quick else MANY)), as_json=as_json)


@main.command("all")
@click.option("--json", "file", type=click.Path(path_type=Path), required=True, help="Written to.")
@click.option("--quick", is_flag=True, help="Short rounds: a first impression.")
@click.option("--only", multiple=True, metavar="NAME", help="These alone; may be given again.")
def every(*, file: Path, quick: bool, only: tuple[str, ...]) -> None:
    """All of them in turn; machine, versions, rows and ratios are written to a file.

    What the file says of others already stays.
    """
    from bench.every import measures, run_all  # noqa: PLC0415 -- as above

    if unknown := sorted(set(only) - measures().keys()):
        raise click.BadParameter(f"{unknown}: there are {', '.join(measures())}")
    if not run_all(only, file, quick=quick):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
def page(files: tuple[Path, ...]) -> None:
    """Write what `bench all` wrote to FILE into docs/performance.md, as tables."""
    from bench.every import write_page  # noqa: PLC0415 -- as above

    write_page(files)


if __name__ == "__main__":
    main()
