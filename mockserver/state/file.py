"""The file itself: made whole or not at all, proved sound before anything is written, one server's at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from mockserver.options import CannotServe

from . import tables
from .tables import Damaged

NAME = "mucspec.sqlite"


def make(path: Path, facts: Mapping[str, str]) -> None:
    """A new file with empty tables, if there is none. Its name appears when it is complete. Raises `CannotServe`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, _empty(facts))
    except OSError as complaint:
        raise CannotServe(f"--state {path.parent}: {complaint.strerror}; it takes a folder to write to") from complaint


def _create(path: Path, data: bytes) -> None:
    if _wal(path).exists():
        raise CannotServe(f"{path} is gone, and {_wal(path).name} is not: put it back, or name another --state")
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        new.touch(mode=0o600)
        new.write_bytes(data)
        os.link(new, path)
    except FileExistsError:
        pass  # somebody else was faster; who serves is settled by the lock
    finally:
        new.unlink(missing_ok=True)


def _empty(facts: Mapping[str, str]) -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"PRAGMA application_id = {tables.APPLICATION}")
        db.execute(f"PRAGMA user_version = {tables.VERSION}")
        for table in tables.EVERY:
            db.execute(table.made)
        for name, value in facts.items():
            db.execute(*tables.META.put(name, value))
        db.commit()
        return db.serialize()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What goes wrong with a file inside is said in one line. Raises `CannotServe`."""
    try:
        yield
    except sqlite3.Error as complaint:
        if getattr(complaint, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise CannotServe(f"{path} is in use: end the other server, or name another --state") from complaint
        if getattr(complaint, "sqlite_errorname", "").startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
            raise CannotServe(f"{path} cannot be opened for writing: {complaint}") from complaint
        raise _damaged(path, str(complaint)) from complaint
    except CannotServe:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as complaint:
        raise _damaged(path, str(complaint).splitlines()[0] if str(complaint) else repr(complaint)) from complaint


def _damaged(path: Path, why: str) -> CannotServe:
    return CannotServe(f"{path} is damaged ({why}); it stays as it is: mend or remove it, or name another --state")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to a file that is sound and of this version. Raises `CannotServe`."""
    beside = [file for file in (_wal(path), _shm(path)) if not file.exists()]
    with explained(path):
        if path.stat().st_size == 0:
            raise Damaged("it is empty")
        db = sqlite3.connect(_uri(path, "ro"), uri=True, timeout=0)
        try:
            _check(db, path)
            yield db
        finally:
            db.close()
            for file in beside:  # of ours, and empty: nothing was written
                file.unlink(missing_ok=True)


def _check(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA cell_size_check = ON")
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != tables.APPLICATION:
        raise CannotServe(f"{path} is no state of mucspec; it stays as it is: name another --state")
    if version > tables.VERSION:
        raise CannotServe(
            f"{path} is of a newer mucspec (version {version}, this one knows {tables.VERSION});"
            " it stays as it is: use that mucspec, or name another --state"
        )
    found = [line for (line,) in db.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise Damaged(" ".join(found[0].split()))


def writing(path: Path, proved: object) -> sqlite3.Connection:
    """The connection of the one server that this file has now; `proved` is its `stamp` when it was read.

    A commit is in the file when it returns, so that no end of the process loses it. It may still be on its way from
    the system to the disk (synchronous = NORMAL): a power cut can take the latest commits, and damages nothing.
    """
    with explained(path):
        db = sqlite3.connect(_uri(path, "rw"), uri=True, timeout=0, isolation_level=None)
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN IMMEDIATE")  # the lock stays
            db.execute("COMMIT")
            if stamp(path) != proved:
                raise CannotServe(f"{path} is in use: somebody else wrote to it just now")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            db.close()
            raise
        _shm(path).unlink(missing_ok=True)  # with the lock nobody needs it
        return db


def stamp(path: Path) -> tuple[tuple[int, int], ...]:
    """Changes whenever somebody writes to the file."""
    stats = (file.stat() for file in (path, _wal(path)) if file.exists())
    return tuple((s.st_size, s.st_mtime_ns) for s in stats if s.st_size)


def _uri(path: Path, mode: str) -> str:
    return f"{path.resolve().as_uri()}?mode={mode}"


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _shm(path: Path) -> Path:
    return path.with_name(f"{path.name}-shm")
