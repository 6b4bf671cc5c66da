"""Small corpora of scenarios for tests of the program."""

from __future__ import annotations

from pathlib import Path

HEAD = 'title = "{0}"\nrequirement = "xep-0045/7.2.2-10"\nsubject = "pistol"\n'
ROOM = 'room = {{ name = "harfleur", occupants = [ {{ nick = "gower" }} ] }}\n'
JOIN = '{{ who = "pistol", does = "join", nick = "pistol" }}, {{ who = "pistol", sees = "joined" }}'
RENAME = '{{ who = "pistol", does = "rename", nick = "ancient" }}, {{ who = "pistol", sees = "renamed", self = true }}'
THREE = {"a/joins": JOIN, "b/renames": f"{JOIN}, {RENAME}", "c/joins": JOIN}
RENAMED = "b/renames#xep-0045/7.2.2-10.2"  # the check of the renaming row


def write_three(root: Path) -> Path:
    """Three scenarios; only the one in the middle has a rename."""
    for name, rows in THREE.items():
        path = root / f"{name}.toml"
        path.parent.mkdir(parents=True)
        path.write_text((HEAD + ROOM + f"steps = [ {rows} ]\n").format(name), "utf-8")
    return root
