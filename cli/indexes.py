"""`motcua indexes`: creates the database indexes of a service before its new version starts."""

import os

import click

from cli import service_discovery
from cli.errors import CliError
from cli.language import localized
from cli.must_answer import accepts
from foundation.settings import SettingsError, read_settings, settings_type_of


@click.command("indexes")
@click.argument("service")
def indexes(service: str) -> None:
    """Tạo chỉ mục của một dịch vụ. / Make the indexes of a service.

    Đọc cùng các biến môi trường như dịch vụ đó; chạy lại bao nhiêu lần cũng được. /
    Reads the same environment as the service itself; may be repeated at will.
    """
    made = _make(_class_of(service))
    click.echo(
        localized(f"Chỉ mục đã có: {', '.join(made)}", f"Indexes are there: {', '.join(made)}")
    )


def _class_of(name: str) -> type:
    names = service_discovery.service_names()
    if name not in names:
        raise CliError(
            f"Không có dịch vụ {name}: hãy chọn trong {', '.join(names)}.",
            f"There is no service {name}: choose one of {', '.join(names)}.",
        )
    return service_discovery.service_class(name)


def _make(service: type) -> list[str]:
    from foundation.errors import Unavailable  # noqa: PLC0415 -- seconds
    from foundation.runtime.create_indexes import create_indexes  # noqa: PLC0415 -- as above

    name: str = vars(service)["name"]
    url = os.environ.get("MONGO_URL", "")
    # A port that refuses is noticed at once; the client would retry until its time-out.
    if url and "+srv" not in url and "," not in url and not accepts(url):
        raise _no_indexes(name, "Connection refused")
    try:
        return create_indexes(service, read_settings(settings_type_of(service), name, os.environ))
    except SettingsError as error:
        raise CliError(
            f"Thiết lập chưa đúng: {error.vi}. Xem docs/settings.md.",
            f"Settings are not right: {error.en}. See docs/settings.md.",
        ) from error
    except Unavailable as error:
        raise _no_indexes(name, str(error.__cause__)) from error


def _no_indexes(name: str, why: str) -> CliError:
    return CliError(
        f"Chưa tạo được chỉ mục của {name} ({why}): hãy xem cơ sở dữ liệu rồi chạy lại.",
        f"The indexes of {name} could not be made ({why}): look at the database, then try again.",
    )
