"""What a server keeps over its end, and when it is written: behind every stanza, before anybody hears of it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path

from mockserver.host import Host
from mockserver.net.credentials import Credentials
from mockserver.options import CannotServe

from . import archives, file, tables
from .accounts import Tables
from .passwords import Passwords
from .rooms import Rooms


class Store:
    """One folder. A host with this `secret` and these `archives` first, then `attach` it. Raises `CannotServe`.

    `save` has to be called before anything leaves that was told because of what changed. It answers whether that may
    leave: False for ever after the file could not be written, of which `lost` is told once, in one line.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / file.NAME
        self.archives = archives.Archives()
        self.lost: Callable[[str], None] = lambda complaint: None
        self.written = 0  # rows written or taken away, so far
        self._db: sqlite3.Connection | None = None
        self._failed = False
        self._sources: list[Rooms | Tables | Passwords | archives.Archives] = []
        file.make(self._path, {"secret": secrets.token_hex(16)})
        with file.reading(self._path) as db:
            self._facts = {name: str(value) for name, value in tables.META.rows(db)}
            self.secret = self._facts["secret"]

    def attach(self, host: Host, credentials: Credentials) -> None:
        """Bring everything of the file to the host, and keep what changes from now on.

        Raises `CannotServe`; then nothing has been written to the file.
        """
        proved = file.stamp(self._path)
        rooms, accounts, passwords = Rooms(host.muc), Tables(host.accounts), Passwords()
        with file.reading(self._path) as db:
            self._check_domains(host)
            entries = archives.read(db)
            rooms.attach(db, entries)
            self.archives.attach(db, entries)
            accounts.attach(db)
            self.archives.lasts = accounts.lasts
            passwords.attach(db, credentials)
        self._db = file.writing(self._path, proved)
        domains = self._domains(host)
        self._write(self._db, [tables.META.put(*fact) for fact in domains.items() if fact[0] not in self._facts])
        self._sources = [rooms, accounts, passwords, self.archives]

    def _domains(self, host: Host) -> dict[str, str]:
        return {"domain": host.domain, "muc-domain": host.muc_domain}

    def _check_domains(self, host: Host) -> None:
        for option, given in self._domains(host).items():
            kept = self._facts.get(option, given)
            if kept != given:
                raise CannotServe(f"{self._path} is of --{option} {kept}: say so, or name another --state")

    def wake(self, told: Callable[[], object]) -> None:
        """From now on `told` is called when there may be something to save, once until the next `save`."""
        for source in self._sources:
            for table in source.watched:
                table.wake = told

    def save(self) -> bool:
        """Write what changed, all or nothing. Whether what is told of it may leave."""
        if self._db is None:
            return not self._failed
        try:
            self._write(self._db, [write for source in self._sources for write in source.news()])
        except Exception as complaint:  # whatever it is: what is not written must not be told
            self._give_up(self._db, str(complaint) or repr(complaint))
        return not self._failed

    def _write(self, db: sqlite3.Connection, writes: list[tables.Write]) -> None:
        self.written += len(writes)
        if writes:
            db.execute("BEGIN")
            for sql, values in writes:
                db.execute(sql, values)
            db.execute("COMMIT")

    def close(self) -> None:
        """Write what is left; what changes from now on is not kept."""
        self.wake(lambda: None)
        if self._db is not None and self.save() and self._db is not None:
            self._db.close()
            self._db = None

    def _give_up(self, db: sqlite3.Connection, complaint: str) -> None:
        """Nothing that was not written may be told; the file is as it was before."""
        self._failed, self._db = True, None
        db.close()
        self.lost(f"{self._path} cannot be written: {complaint}")
