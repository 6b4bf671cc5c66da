"""Every stanza that the service emits, held against tables made from the XEPs: what is wrong is ours, no client's."""

from .at_work import SelfCheckFailed, attach
from .check import complaints

__all__ = ["SelfCheckFailed", "attach", "complaints"]
