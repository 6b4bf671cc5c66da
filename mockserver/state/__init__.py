"""What a server keeps on disk, in one SQLite file: see `kept.Kept`. Standard library only; no network, no clock."""
