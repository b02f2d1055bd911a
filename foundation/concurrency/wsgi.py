"""eventlet's WSGI server: the one door to it, for `foundation.web` and the health pages.

Another HTTP server instead of it would come in here; `foundation.web.protocol` and `.body`, which
read HTTP more strictly than it does, would go.
"""

from eventlet import listen
from eventlet.wsgi import (
    STATE_IDLE,
    HeaderLineTooLong,
    HeadersTooLarge,
    HttpProtocol,
    Input,
    Server,
)
from eventlet.wsgi import server as serve

__all__ = [
    "STATE_IDLE",
    "HeaderLineTooLong",
    "HeadersTooLarge",
    "HttpProtocol",
    "Input",
    "Server",
    "listen",
    "serve",
]
