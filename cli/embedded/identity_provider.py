"""An OpenID provider for trying out: its page lets one pick a person to sign in as.

It stands for the identity systems of citizens and officers, which no stranger may use; it asks for
no password, and so listens on this machine alone.
"""

import json
from typing import Any

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program, python_command

NAME = "identity-provider"
SESSION_KEYS, PROVIDERS = "session-keys.json", "identity-providers.json"
_SECRET = "identity-client-secret"  # noqa: S105 -- the name of a file
PEOPLE = (
    {"sub": "an", "name": "Nguyễn Văn An", "roles": []},
    {"sub": "hoa", "name": "Trần Thị Hoa", "roles": ["clerk"]},
    {"sub": "giam-doc", "name": "Lê Quang Minh", "roles": ["director"]},
    {"sub": "quan-tri", "name": "Vũ Đức Anh", "roles": ["administrator"]},
    {"sub": "thong-ke", "name": "Phòng Thống kê", "roles": ["integrator"]},
    {"sub": "hanh", "name": "Lê Thị Hạnh", "roles": ["officer"], "agency": "so-xay-dung"},
    {"sub": "truong", "name": "Đỗ Quốc Trường", "roles": ["officer"], "agency": "so-xay-dung"},
    {"sub": "mai", "name": "Ngô Thị Mai", "roles": ["officer"], "agency": "so-ke-hoach-dau-tu"},
)
"""A citizen, a clerk, the director, the administrator, an integrator, officers of two agencies.

What an officer may do at their agency its book of officers says; while it is empty, everything.
"""


def program(ports: Ports) -> Program:
    """How to start the provider."""
    people = [part for each in PEOPLE for part in ("--user-claims", json.dumps(each))]
    return Program(
        name=NAME,
        command=python_command(
            "oidc_provider_mock",
            *("--host", HOST),
            *("--port", str(ports.identity)),
            *("--require-nonce", "true"),
            *people,
        ),
        ready=lambda: accepts_connections(ports.identity),
        ports=(ports.identity,),
    )


def settings(folder: DataFolder) -> dict[str, str]:
    """What services with pages are told of it."""
    return {
        "SESSION_KEYS": str(folder.path(SESSION_KEYS)),
        "IDENTITY_PROVIDERS": str(folder.path(PROVIDERS)),
    }


def prepare(folder: DataFolder, ports: Ports) -> None:
    """Write what the services are told: the provider, the secret of its client, session keys."""
    from foundation.web.session import new_session_key  # noqa: PLC0415 -- only when needed

    if not folder.path(SESSION_KEYS).exists():
        folder.write(SESSION_KEYS, {"keys": [new_session_key("1")]})
    folder.write_text(_SECRET, folder.secret(_SECRET) + "\n")
    folder.write(PROVIDERS, {"providers": [_provider(folder, ports)]})


def _provider(folder: DataFolder, ports: Ports) -> dict[str, Any]:
    rights = {name: role.scopes for name, role in tokens.ROLES.items()}
    return {
        "id": "try-out",
        "name_vi": "Tài khoản dùng thử",
        "name_en": "An account for trying out",
        "issuer": f"http://{HOST}:{ports.identity}",
        "client_id": "motcua",
        "client_secret_file": str(folder.path(_SECRET)),
        "rights": {"": rights["citizen"], **rights},
        "plain_subjects": True,
    }
