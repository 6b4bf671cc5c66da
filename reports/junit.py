"""JUnit XML: one suite a client, one test case a scenario, for CI systems."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .phrases import blocks, by_scenario, plain, summary, verdict_of
from .record import Record, ScenarioLine

SKIPPED = {"unsupported", "ungraded", "skipped", "known"}


def render(records: Sequence[Record]) -> str:
    """The document. Known failures, and what could not be graded, are skipped cases with their reason."""
    root = Element("testsuites", name="mucspec")
    for record in records:
        root.append(_suite(record))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False).join((DECLARATION, "\n"))


DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _suite(record: Record) -> Element:
    name = plain(record.name)
    suite = Element("testsuite", name=name, timestamp=record.header["started"].removesuffix("Z"))
    facts = {
        **record.header["client"],
        "mucspec": record.header["mucspec"],
        "personality": record.header["personality"],
    }
    properties = SubElement(suite, "properties")
    for key, value in facts.items():
        SubElement(properties, "property", name=key, value=plain(str(value)))
    for lines in by_scenario(record).values():
        suite.extend(_case(name, line, repeated=len(lines) > 1) for line in lines)
    if record.broken:
        case = SubElement(suite, "testcase", classname=name, name="the run came to its end", time="0")
        SubElement(case, "error", type="error", message=summary(record).warns)
    seconds = sum(line["duration_ms"] for line in record.scenarios) / 1000
    counts = {tag: len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")}
    suite.attrib |= {"tests": str(len(suite.findall("testcase"))), "time": f"{seconds:.3f}"}
    suite.attrib |= {"failures": str(counts["failure"]), "errors": str(counts["error"])}
    suite.set("skipped", str(counts["skipped"]))
    return suite


def _case(client: str, line: ScenarioLine, *, repeated: bool) -> Element:
    suffix = f" (time {line.get('repeat_no', 1)})" if repeated else ""
    topic = plain(line.get("topic", "")) or "scenarios"
    case = Element("testcase", classname=f"{client}.{topic}", name=plain(line["id"]) + suffix)
    case.set("time", f"{line['duration_ms'] / 1000:.4f}")
    if line["outcome"] in SKIPPED:
        SubElement(case, "skipped", message=plain(f"{line['outcome']}: {_reason(line)}"))
    elif line["outcome"] != "pass":
        tag = "error" if line["outcome"] == "error" else "failure"
        texts = ["\n".join(block) for block in blocks(line, limit=4000)]
        found = SubElement(case, tag, type=verdict_of(line), message=plain(line["title"]))
        found.text = "\n\n".join(texts)
    if line.get("stderr"):
        SubElement(case, "system-err").text = plain(line["stderr"])
    return case


def _reason(line: ScenarioLine) -> str:
    checks = [c for c in line["checks"] if c["outcome"] == line["outcome"]]
    return line.get("why") or next((c.get("known") or c.get("why", "") for c in checks), "")
