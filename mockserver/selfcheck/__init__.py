"""Every stanza that the service emits, held against tables made from the XEPs: what is wrong is ours, no client's."""

from .attach import SelfCheckFailed, attach
from .check import complaints

__all__ = ["SelfCheckFailed", "attach", "complaints"]
