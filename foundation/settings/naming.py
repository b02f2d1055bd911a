"""What a process and its things are called, from its service and its agency ("" for none)."""


def queue_of(service: str, agency: str) -> str:
    """The one work queue, and the broker's user: `intake`, `routing.so-xay-dung`."""
    return ".".join(part for part in (service, agency) if part)


def source_of(service: str, agency: str) -> str:
    """How its messages are signed: `motcua:intake`, `motcua:routing:so-xay-dung`."""
    return ":".join(part for part in ("motcua", service, agency) if part)


def database_of(service: str, agency: str) -> str:
    """Its database, unless a setting says another: `motcua_routing_so_xay_dung`."""
    return "_".join(part for part in ("motcua", service, agency.replace("-", "_")) if part)
