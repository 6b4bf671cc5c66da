"""`mucspec serve`: a local XMPP server with a complete MUC service."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from .tables import together

LISTENING = together(
    click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    click.option("--port", type=click.IntRange(0, 65535), default=5222, show_default=True, help="0 picks a free one."),
    click.option("--tls/--no-tls", default=True, show_default=True, help="Offer STARTTLS."),
    click.option(
        "--direct-tls-port", type=click.IntRange(0, 65535), metavar="N", help="TLS from the first byte as well."
    ),
    click.option("--websocket-port", type=click.IntRange(0, 65535), metavar="N", help="WebSocket as well."),
    click.option(
        "--websocket-tls-port", type=click.IntRange(0, 65535), metavar="N", help="WebSocket over TLS as well."
    ),
    click.option("--bosh-port", type=click.IntRange(0, 65535), metavar="N", help="BOSH as well: XEP-0206."),
    click.option("--bosh-tls-port", type=click.IntRange(0, 65535), metavar="N", help="BOSH over TLS as well."),
)
COMPONENTS = together(
    click.option("--component-port", type=click.IntRange(0, 65535), metavar="N", help="For components: XEP-0114."),
    click.option("--component-secret", metavar="S", help="What they have to know. [default on loopback: nothing]"),
    click.option("--component", "components", multiple=True, metavar="NAME", help="Only these; may be repeated."),
    click.option("--component-privileges", is_flag=True, help="They act in the name of users: XEP-0356."),
)
CONSOLE = together(
    click.option("--console-port", type=click.IntRange(0, 65535), metavar="N", help="A web console with an HTTP API."),
    click.option(
        "--console-token", default="", envvar="MUCSPEC_CONSOLE_TOKEN", metavar="T", help="That the API wants."
    ),
    click.option("--console-name", "console_names", multiple=True, metavar="NAME", help="Of this machine, for it."),
)
ACCOUNTS = together(
    click.option("--domain", default="localhost", show_default=True),
    click.option("--muc-domain", default="", metavar="NAME", help="[default: conference.DOMAIN]"),
    click.option("--account", "accounts", multiple=True, metavar="JID:PASSWORD", help="May be repeated."),
    click.option("--anonymous", is_flag=True, help="Offer SASL ANONYMOUS."),
    click.option("--instant-rooms", is_flag=True, help="New rooms are open at once, without their owner's word."),
    click.option("--open-registration", is_flag=True, help="Clients may make accounts: XEP-0077."),
    click.option("--any-password", is_flag=True, help="Every account, every password."),
)
STREAMS = together(
    click.option("--stream-management", is_flag=True, help="Offer acknowledgements and resumption of streams."),
    click.option("--sasl2", is_flag=True, help="Offer SASL2 and Bind 2 over TLS as well."),
    click.option(
        "--client-certificates", metavar="DIR", help="Write one for each --account, with which it can log in."
    ),
)
KEPT = together(
    click.option(
        "--config", type=click.Path(dir_okay=False), metavar="FILE", help="Accounts, rooms, occupants, history."
    ),
    click.option("--state", type=click.Path(file_okay=False), metavar="DIR", help="Keep everything in this folder."),
)
BEHAVING = together(
    click.option(
        "--fault", "faults", multiple=True, metavar="WORDS", help="What goes wrong; may be repeated: docs/faults.md."
    ),
    click.option("--personality", default="xep", metavar="P", help="Like this server: docs/personalities.md."),
)
TOLD = together(
    click.option("--ready-json", is_flag=True, help="One line of JSON on stdout once it listens."),
    click.option("--quiet", is_flag=True, help="No transcript on stderr."),
    click.option("--transcript-json", metavar="PATH", help="The same as JSON Lines; - is stdout."),
)


@click.command()
@LISTENING
@COMPONENTS
@CONSOLE
@ACCOUNTS
@STREAMS
@KEPT
@BEHAVING
@TOLD
def serve(accounts: tuple[str, ...], **given: Any) -> int:
    """A MUC server for your own tests. Without account options it takes any password, on loopback only.

    \b
    mucspec serve
    mucspec serve --port 0 --ready-json --account pistol@localhost:secret
    """
    from harness.reacting import run
    from mockserver.serve import ServeOptions, start

    if given["console_port"] is None and _from_surroundings("console_token"):
        given["console_token"] = ""  # the variable is for servers with a console
    chosen = ServeOptions(accounts=_accounts(accounts), **given)

    async def until_stopped(reactor: Any) -> int:
        running = start(chosen, reactor)
        if not chosen.ready_json:
            click.echo(_told(running), err=True)
        await running.over
        return 0

    try:
        return run(until_stopped)
    except KeyboardInterrupt:
        return 0


def _from_surroundings(name: str) -> bool:
    """Whether the option comes from the environment and not from the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.ENVIRONMENT


def _accounts(texts: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, _, password = text.partition(":")
        if not name or not password:
            raise click.BadParameter(f"{text!r}: write JID:PASSWORD", param_hint="--account")
        found[name] = password
    return found


def _told(running: Any) -> str:
    trust = f"; trust {running.ca}" if running.ca else ""
    where = ", ".join(where for name, where in running.addresses.items() if name != "console")
    page = f"; the console is {running.page}" if running.console else ""
    return f"{running.host.domain} is at {where}, its rooms at {running.host.muc_domain}{trust}{page}"
