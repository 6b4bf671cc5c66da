"""Tables and lists that know what was touched since the last look: this is how the pure core stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, SupportsIndex, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


def _sleep() -> None:
    """Nobody wants to know."""


class Watched(dict[K, V]):
    """`touched` holds, in order, every key that was looked up, set or removed: what lies there may be another now.

    `wake` is called when the first one is. Going through all values touches nothing: who changes one looks it up.
    """

    def __init__(self, given: Mapping[K, V] | None = None) -> None:
        super().__init__(given or {})
        self.touched = dict.fromkeys(self)
        self.wake: Callable[[], object] = _sleep

    def take_touched(self) -> dict[K, None]:
        """The touched keys; from now on none is."""
        taken, self.touched = self.touched, {}
        return taken

    def _touch(self, key: K) -> None:
        if not self.touched:
            self.wake()
        self.touched[key] = None

    def peek(self, key: K) -> V | None:
        """What lies there, and nobody is going to change it."""
        return super().get(key)

    def __getitem__(self, key: K) -> V:
        self._touch(key)
        return super().__getitem__(key)

    def __setitem__(self, key: K, value: V) -> None:
        self._touch(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._touch(key)
        super().__delitem__(key)

    def get(self, key: K, default: Any = None) -> Any:
        self._touch(key)
        return super().get(key, default)

    def setdefault(self, key: K, default: Any = None) -> Any:
        self._touch(key)
        return super().setdefault(key, default)

    def pop(self, key: K, *default: Any) -> Any:
        self._touch(key)
        return super().pop(key, *default)

    def popitem(self) -> tuple[K, V]:
        for key in self:
            self._touch(key)
        return super().popitem()

    def update(self, *given: Any, **named: Any) -> None:
        super().update(*given, **named)
        for key in self:
            self._touch(key)

    def clear(self) -> None:
        for key in self:
            self._touch(key)
        super().clear()


class Rows(list[T]):
    """A list that grows at its end and may lose its beginning, as rows whose places stay: `first` is that of [0].

    What else happens to it is right too, but writes all of it again (`whole`).
    """

    def __init__(self, given: Iterable[T] = (), *, first: int = 0, whole: bool = False) -> None:
        super().__init__(given)
        self.first = self.saved_from = first
        self.whole = whole
        self.replaced: set[int] = set()  # places
        self.saved_to = first + len(self)

    def settle(self) -> None:
        """All of it is written."""
        self.saved_from, self.saved_to = self.first, self.first + len(self)
        self.whole = False
        self.replaced.clear()

    def news(self) -> list[tuple[int, T]]:
        """The places to be written, with what is there now."""
        since = self.first if self.whole else max(self.first, self.saved_to)
        places = [*sorted(p for p in self.replaced if self.first <= p < since), *range(since, self.first + len(self))]
        return [(place, self[place - self.first]) for place in places]

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self.whole = self.whole or self[index] != list(value)
        else:
            self.replaced.add(self.first + range(len(self))[index])
        super().__setitem__(index, value)

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        start, stop, step = index.indices(len(self)) if isinstance(index, slice) else (1, 2, 1)
        if (start, step) == (0, 1):
            self.first += max(0, stop)
        elif range(start, stop, step):
            self.whole = True
        super().__delitem__(index)

    def insert(self, index: SupportsIndex, value: T) -> None:
        self.whole = True
        super().insert(index, value)

    def pop(self, index: SupportsIndex = -1) -> T:
        self.whole = True
        return super().pop(index)

    def remove(self, value: T) -> None:
        self.whole = True
        super().remove(value)

    def clear(self) -> None:
        self.whole = True
        super().clear()

    def sort(self, **how: Any) -> None:
        self.whole = True
        super().sort(**how)

    def reverse(self) -> None:
        self.whole = True
        super().reverse()
