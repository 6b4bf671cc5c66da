"""Elements with something else in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockserver.muc.namespaces import NS_USER
from mockserver.muc.xml import E, Element

Change = Callable[[Element], Element | None]


def below(element: Element, change: Change) -> Element:
    """The element with everything below it as `change` makes it (None: gone); the same object where nothing changes."""
    if not any(isinstance(c, Element) for c in element.children):
        return element
    children: list[Element | str] = []
    for child in element.children:
        new = child if isinstance(child, str) else change(child)
        if isinstance(new, Element) and new is child:
            new = below(new, change)
        if new is not None:
            children.append(new)
    if len(children) == len(element.children) and all(a is b for a, b in zip(children, element.children, strict=True)):
        return element
    return replace(element, children=tuple(children))


def without(element: Element, name: str, uri: str, /, **attrs: str) -> Element:
    """Without any such element, however deep."""
    wanted = tuple(attrs.items())

    def gone(child: Element) -> Element | None:
        fits = child.name == name and child.uri == uri and all(child.get(k) == v for k, v in wanted)
        return None if fits else child

    return below(element, gone)


def attributes(element: Element, name: str, uri: str, /, **attrs: str | None) -> Element:
    """With other attributes in every such element; None takes one away, nothing is added where it was not."""

    def other(child: Element) -> Element:
        if child.name != name or child.uri != uri:
            return child
        there = {k: v for k, v in attrs.items() if child.has(k.rstrip("_")) and child.get(k.rstrip("_")) != v}
        return child.with_attrs(**there) if there else child

    return below(element, other)


def lacking(element: Element, key: str) -> Element:
    """Without one of its own attributes."""
    return element.with_attrs(**{key: None}) if element.has(key) else element


# what muc#user says


def user(stanza: Element) -> Element | None:
    return stanza.find("x", NS_USER)


def item(stanza: Element) -> Element | None:
    x = user(stanza)
    return x.find("item", NS_USER) if x else None


def codes(stanza: Element) -> set[str]:
    x = user(stanza)
    return {s.get("code") for s in x.find_all("status", NS_USER)} if x else set()


def in_user(stanza: Element, change: Change) -> Element:
    """With another muc#user element; None: without."""
    x = user(stanza)
    new = change(x) if x is not None else None
    if x is None or new is x:
        return stanza
    kept = tuple(new if c is x else c for c in stanza.children)
    return replace(stanza, children=tuple(c for c in kept if c is not None))


def uncoded(stanza: Element, *lost: str) -> Element:
    """Without these status codes."""
    if not codes(stanza) & set(lost):
        return stanza

    def fewer(x: Element) -> Element:
        kept = tuple(c for c in x.children if not (isinstance(c, Element) and c.get("code") in lost))
        return replace(x, children=kept)

    return in_user(stanza, fewer)


def coded(stanza: Element, *more: str) -> Element:
    """With these status codes besides."""
    new = [code for code in more if code not in codes(stanza)]
    if user(stanza) is None or not new:
        return stanza
    return in_user(stanza, lambda x: x.plus(*(E("status", uri=NS_USER, code=code) for code in new)))


def item_with(stanza: Element, **attrs: str | None) -> Element:
    """With other attributes in the item of muc#user."""
    held = item(stanza)
    if held is None or all(held.get(k) == (v or "") for k, v in attrs.items()):
        return stanza
    new = held.with_attrs(**attrs)
    return in_user(stanza, lambda x: replace(x, children=tuple(new if c is held else c for c in x.children)))


def item_without(stanza: Element, child: str) -> Element:
    """Without this child of the item of muc#user."""
    held = item(stanza)
    if held is None or held.find(child, NS_USER) is None:
        return stanza
    new = held.without(child, NS_USER)
    return in_user(stanza, lambda x: replace(x, children=tuple(new if c is held else c for c in x.children)))
