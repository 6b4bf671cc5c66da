"""The working half of the pytest plug-in: a process of its own, driven by `mucspec_pytest` with JSON lines."""
