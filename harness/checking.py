"""`driver check`: is a driver honest and well-behaved, before any scenario? One check a promise of the protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .bench import Bench
from .clients import Driver
from .dialogue import DriverGone
from .ground import Ground, Unanswered
from .lines import Hello
from .protocol import KIND_OF
from .vocabulary import EVENT, VERB, VERBS, Verb

NOBODYS = "juggle"  # a verb that no library has
REQUIRED = ("connect", "disconnect", "sync")
MESSAGES, ROUNDS = 500, 5
SAMPLES = {"text": "x", "bool": True, "codes": [], "count": 1, "list": [], "table": {}}


class Wrong(Exception):
    """What the driver does wrong; one sentence."""


class NotTried(Exception):
    """Why this cannot be tried with this driver; one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one check ended: `ok`, `wrong` or `not tried`."""

    name: str
    outcome: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The driver that is checked. `driver` is what driver.toml says, if there is one."""

    command: Sequence[str]
    environment: Mapping[str, str]
    tls: str
    driver: Driver | None = None


async def check(
    subject: Subject, ground: Ground, *, only: str = "", says: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """The checks with `only` in their names, each with a fresh process; none after one that shows it does not greet."""
    findings: list[Finding] = []
    for name, promise in (one for one in CHECKS if only in one[0]):
        says(name)
        findings.append(await _one(name, promise, subject, ground))
        if promise is greets and findings[-1].outcome == "wrong":
            break
    return findings


async def _one(name: str, promise: Promise, subject: Subject, ground: Ground) -> Finding:
    bench = Bench(subject.command, subject.environment, subject.tls, ground)
    try:
        hello = await bench.dialogue.greet()
        await promise(bench, hello, subject)
        _only_listed(bench, hello)
        return Finding(name, "ok")
    except NotTried as why:
        return Finding(name, "not tried", str(why))
    except (Wrong, DriverGone) as complaint:
        return Finding(name, "wrong", _with_last_words(str(complaint), bench))
    except Unanswered:
        return Finding(name, "wrong", f"answered no ping of the server within {ground.patience:g} s")
    finally:
        await bench.close()


def _with_last_words(text: str, bench: Bench) -> str:
    lines = [line.strip() for line in bench.dialogue.stderr.splitlines() if line.strip()]
    return f"{text}; it wrote to stderr: {lines[-1]}" if lines else text


def _only_listed(bench: Bench, hello: Hello) -> None:
    if others := {str(event["event"]) for event in bench.events} - set(hello.reports):
        raise Wrong(f"reported {_listed(others)}, which its `reports` does not list")


# the promises


async def greets(bench: Bench, hello: Hello, subject: Subject) -> None:
    """Its hello has known words only, and the verbs that nothing goes without."""
    if unknown := [word for word in hello.can if word not in VERB]:
        raise Wrong(f"`can` lists {_listed(unknown)}, which the protocol does not have")
    if unknown := [word for word in hello.reports if word not in EVENT]:
        raise Wrong(f"`reports` lists {_listed(unknown)}, which the protocol does not have")
    if missing := [word for word in REQUIRED if word not in hello.can]:
        raise Wrong(f"`can` does not list {_listed(missing)}, which every driver needs")


async def keeps_to_its_toml(bench: Bench, hello: Hello, subject: Subject) -> None:
    """`can` and `reports` are what driver.toml says."""
    if subject.driver is None:
        raise NotTried("no driver.toml: name one with --toml")
    for name in ("can", "reports"):
        said, written = set(getattr(hello, name)), set(getattr(subject.driver, name))
        if said - written:
            raise Wrong(f"`{name}` of its hello lists {_listed(said - written)}, driver.toml does not")
        if written - said:
            raise Wrong(f"`{name}` of driver.toml lists {_listed(written - said)}, its hello does not")


async def tells_why_not(bench: Bench, hello: Hello, subject: Subject) -> None:
    """For every verb that the library lacks, driver.toml names the interface that was searched."""
    if subject.driver is None:
        raise NotTried("no driver.toml: name one with --toml")
    lacking = [verb.name for verb in VERBS if verb.name not in hello.can]
    if untold := [name for name in lacking if not subject.driver.unsupported.get(name)]:
        raise Wrong(f"[unsupported] of driver.toml does not say where {_listed(untold)} was looked for")


async def logs_in(bench: Bench, hello: Hello, subject: Subject) -> None:
    """It connects, and says as whom."""
    answer = await bench.log_in()
    if not answer.get("ok"):
        raise Wrong(f"could not log in at a plain server: {answer.get('error') or dict(answer)}")
    if not str(answer.get("jid") or "").partition("/")[2]:
        raise Wrong(f"answered connect with jid = {answer.get('jid')!r}, which is no full JID")


async def is_honest(bench: Bench, hello: Hello, subject: Subject) -> None:
    """A verb that nobody has, and every verb that it does not list, is answered `unsupported`."""
    await logs_in(bench, hello, subject)
    for name in (NOBODYS, *(verb.name for verb in VERBS if verb.name not in hello.can)):
        answer = await bench.ask(name, **_samples(VERB.get(name), bench))
        if answer.get("unsupported") is not True:
            raise Wrong(f"answered {name}, which it does not list, with {dict(answer)}: `unsupported` is the answer")
        if name != NOBODYS and not answer.get("why"):
            raise Wrong(f"answered {name} with unsupported and no `why`")


async def knows_its_sessions(bench: Bench, hello: Hello, subject: Subject) -> None:
    """A command for a session that never connected is refused, and the driver lives on."""
    verb = next((name for name in ("join", "message", "leave") if name in hello.can), "")
    if not verb:
        raise NotTried("it can neither join, message nor leave")
    answer = await bench.ask(verb, "nobody", **_samples(VERB[verb], bench))
    if answer.get("ok") is not False:
        raise Wrong(f"answered {verb} in a session that never connected with {dict(answer)}: ok is false there")
    await bench.ask("sync", "nobody")


async def drains(bench: Bench, hello: Hello, subject: Subject) -> None:
    """Every one of 500 messages is reported before the answer to `sync`, again and again."""
    await _enter(bench, hello, subject, needs="message")
    for number in range(1, ROUNDS + 1):
        expected = [f"m{number}.{count}" for count in range(MESSAGES)]
        del bench.events[:]
        for body in expected:
            bench.speak(body)
        await bench.fence()
        heard = [event.get("body") for event in bench.events if event["event"] == "message"]
        if heard != expected:
            raise Wrong(_short_of(heard, expected, number))


def _short_of(heard: Sequence[Any], expected: Sequence[str], number: int) -> str:
    missing = [body for body in expected if body not in heard]
    if missing:
        return f"had reported {MESSAGES - len(missing)} of {MESSAGES} messages when it answered sync (round {number})"
    return f"reported {MESSAGES} messages in another order, or some of them twice (round {number})"


async def never_waits(bench: Bench, hello: Hello, subject: Subject) -> None:
    """`sync` and `state` are answered while a join is pending."""
    if "join" not in hello.can:
        raise NotTried("it has no join")
    await logs_in(bench, hello, subject)
    bench.swallow_joins()
    pending = bench.dialogue.ask("join", "a", {"room": bench.room, "nick": "pistol"})
    pending.addErrback(lambda _: None)
    for verb in ("sync", "state"):
        if verb in hello.can:
            await bench.ask(verb, **({"room": bench.room} if verb == "state" else {}))


async def stops(bench: Bench, hello: Hello, subject: Subject) -> None:
    """`stop` ends it."""
    await logs_in(bench, hello, subject)
    if not await bench.dialogue.stop(hang_up=False):
        raise Wrong("was told to stop and went on; it was killed")


async def ends_with_its_input(bench: Bench, hello: Hello, subject: Subject) -> None:
    """The end of its input ends it."""
    await logs_in(bench, hello, subject)
    if not await bench.dialogue.stop(word=False):
        raise Wrong("went on after the end of its input; it was killed")


async def _enter(bench: Bench, hello: Hello, subject: Subject, *, needs: str) -> None:
    if "join" not in hello.can or needs not in hello.reports:
        raise NotTried(f"it has no join, or does not report {needs}")
    await logs_in(bench, hello, subject)
    answer = await bench.join()
    if not answer.get("ok"):
        raise Wrong(f"could not enter a plain room: {answer.get('error') or dict(answer)}")


def _samples(verb: Verb | None, bench: Bench) -> dict[str, Any]:
    """Arguments of the right kinds."""
    texts = {"room": bench.room, "jid": "gower@mucspec.invalid", "nick": "gower"}
    needed = verb.needs if verb else ()
    return {name: texts.get(name, SAMPLES[KIND_OF.get(name, "text")]) for name in needed}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


Promise = Callable[[Bench, Hello, Subject], Awaitable[None]]
CHECKS: tuple[tuple[str, Promise], ...] = (
    ("it starts and presents itself", greets),
    ("its hello says what driver.toml says", keeps_to_its_toml),
    ("what it lacks is accounted for", tells_why_not),
    ("it logs in", logs_in),
    ("it is honest about what it cannot do", is_honest),
    ("it refuses commands of unknown sessions", knows_its_sessions),
    (f"{MESSAGES} messages come before the answer to sync, {ROUNDS} times", drains),
    ("sync and state do not wait for pending commands", never_waits),
    ("stop ends it", stops),
    ("the end of its input ends it", ends_with_its_input),
)
