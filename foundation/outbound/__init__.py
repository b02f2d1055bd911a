"""Calls to servers of others that somebody else named: addresses checked, waits bounded, signed.

Also used by module: `addresses`, `signing`.
"""

from foundation.outbound.client import OutboundAnswer, OutboundClient

__all__ = ["OutboundAnswer", "OutboundClient"]
