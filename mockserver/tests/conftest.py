"""Property tests are not timed: that a machine has other work is no mistake of ours."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")
