"""Publishes a duplicate of an agency's message, with the agency's own credentials."""

from urllib.parse import unquote, urlsplit

import kombu

from cli.journey.store_inspectors import StoreInspector
from cli.local_platform import LocalPlatform
from contracts.envelope import CONTENT_TYPE, Envelope

TYPE = "step.completed"


def publish_duplicate(platform: LocalPlatform, agency: str, dossier: str, step: str) -> str:
    """Publish the agency's `step.completed` of this step again, unchanged; returns its id."""
    entries = StoreInspector(platform).history("routing", agency, "dockets", dossier)
    entry = next(each for each in entries if each.type == TYPE and each.data.get("step") == step)
    envelope = Envelope(
        id=entry.id,
        source=f"motcua:routing:{agency}",
        type=entry.type,
        subject=dossier,
        time=entry.time,
        seq=entry.seq,
        agency=agency,
        data=entry.data,
    )
    url = platform.environment("routing", agency)["AMQP_URL"]
    with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
        kombu.Producer(connection).publish(
            envelope.encode(),
            exchange="events",
            routing_key=f"{TYPE}.{agency}",
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=2,
            user_id=unquote(urlsplit(url).username or ""),
            message_id=entry.id,
            mandatory=True,
        )
    return entry.id
