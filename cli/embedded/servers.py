"""The servers that a platform needs: embedded ones, or external ones named in the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cli.embedded import clamav, database, object_store, smtp_and_sms_standins
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports
from cli.embedded.rabbitmq import LocalRabbitMQ
from cli.embedded.supervisor import ProcessSupervisor, Program
from cli.errors import CliError


@dataclass(frozen=True, kw_only=True)
class ServerAddresses:
    """The addresses of all servers, embedded or external."""

    mongo_url: str
    s3_url: str
    s3_access_key: str
    s3_secret_key: str
    smtp_url: str
    sms_url: str
    letter_key: str
    scanner_url: str = ""


class EmbeddedServers:
    """The servers of one data folder: which to start, in which order, and their addresses."""

    def __init__(
        self,
        folder: DataFolder,
        ports: Ports,
        environ: Mapping[str, str] = os.environ,
        *,
        faults: bool = False,
    ) -> None:
        """MONGO_URL, S3_URL and SCANNER_URL in `environ` name servers that replace the embedded.

        Raises:
            CliError: S3_URL is set without its keys.
        """
        self.folder = folder
        self.ports = ports
        self.broker = LocalRabbitMQ(folder, ports)
        self.external_database = environ.get("MONGO_URL", "")
        self.external_files = environ.get("S3_URL", "")
        self.external_scanner = environ.get("SCANNER_URL", "")
        self._environ = environ
        self._faults = faults
        if self.external_files and not (
            environ.get("S3_ACCESS_KEY") and environ.get("S3_SECRET_KEY")
        ):
            raise CliError(
                "Có S3_URL nhưng thiếu khóa: hãy đặt cả S3_ACCESS_KEY và S3_SECRET_KEY.",
                "S3_URL is set without its keys: set S3_ACCESS_KEY and S3_SECRET_KEY too.",
            )

    def prepare(self, definitions: Mapping[str, Any]) -> None:
        """Write the files that the servers read at start."""
        self.folder.create()
        self.broker.prepare(definitions)
        database.prepare(self.folder)

    def waves(self) -> list[list[Program]]:
        """The programs in waves; a wave is started when the one before it is ready."""
        wave = [self.broker.program()]
        if not self.external_database:
            wave.append(self.database())
        if not self.external_files:
            wave.append(self.files())
        if self.scans and not self.external_scanner:
            wave.append(clamav.program(self.folder, self.ports))
        return [
            [self.broker.epmd()],
            [*wave, smtp_and_sms_standins.program(self.folder, self.ports)],
        ]

    def start(self, supervisor: ProcessSupervisor) -> None:
        """Start what is not running and wait until everything is ready."""
        for wave in self.waves():
            for program in wave:
                supervisor.start(program)
            supervisor.wait(*wave)

    @cached_property
    def scans(self) -> bool:
        """Whether there is a virus scanner: one that is named, or the machine's own."""
        return bool(self.external_scanner) or clamav.usable(self.folder, self.ports)

    def database(self) -> Program:
        """How to start the embedded database."""
        return database.program(self.folder, self.ports, faults=self._faults)

    def files(self) -> Program:
        """How to start the embedded object store."""
        return object_store.program(self.folder, self.ports)

    def addresses(self) -> ServerAddresses:
        """The addresses for the services' settings."""
        key, secret = object_store.ACCESS_KEY, object_store.secret_key(self.folder)
        if self.external_files:
            key, secret = self._environ["S3_ACCESS_KEY"], self._environ["S3_SECRET_KEY"]
        return ServerAddresses(
            mongo_url=self.external_database or database.url(self.ports),
            s3_url=self.external_files or object_store.url(self.ports),
            s3_access_key=key,
            s3_secret_key=secret,
            smtp_url=f"smtp://{HOST}:{self.ports.mail}",
            sms_url=f"http://{HOST}:{self.ports.sms}",
            letter_key=self.folder.secret("letter-key"),
            scanner_url=self.external_scanner or (clamav.url(self.ports) if self.scans else ""),
        )
