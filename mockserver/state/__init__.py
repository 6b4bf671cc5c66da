"""What a server keeps on disk, in one SQLite file: see `store.Store`. The core has no word of it."""
