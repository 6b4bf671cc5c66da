"""`mucspec`: its commands, each in a module of its own that is imported when it is called."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module

import click

COMMANDS = {  # name -> (module, function)
    "run": ("run", "run"),
    "serve": ("serve", "serve"),
    "list": ("corpus", "list_"),
    "show": ("corpus", "show"),
    "lint": ("corpus", "lint"),
    "rehearse": ("rehearsing", "rehearse"),
    "report": ("reporting", "report"),
    "diff": ("reporting", "diff"),
    "replay": ("replay", "replay"),
    "record": ("record", "record"),
    "coverage": ("coverage", "coverage"),
    "clients": ("clients", "clients"),
    "doctor": ("doctor", "doctor"),
    "driver": ("driver", "driver"),
}
TROUBLES = {  # errors that are told in one line -> exit status
    "BadScenario": 2,
    "BadSelection": 2,
    "BadClient": 2,
    "BadRecord": 2,
    "BadTranscript": 2,
    "BadFault": 2,
    "BadFormat": 2,
    "BadCatalogue": 2,
    "BadKnown": 2,
    "BadPersonality": 2,
    "CannotWrite": 2,
    "CannotServe": 3,
    "CannotVisit": 3,
    "CannotStart": 3,
    "CannotProvision": 3,
    "DriverWontStart": 3,
}
INTERRUPTED = 130
BROKE = 3


class Commands(click.Group):
    """Imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"harness.cli.{module}"), function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from harness.clients import near

            ctx.fail(f"there is no command {args[0]!r}{near(args[0], COMMANDS)}; `mucspec --help` lists them")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from harness.own import own_version

        click.echo(f"mucspec {own_version()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """Is an XMPP client library's group chat right? Scripted scenarios, a mock MUC server, a report with the evidence.

    \b
    mucspec run slixmpp aioxmpp      try two libraries, write mucspec-report/report.html
    mucspec list                     what is tried
    mucspec serve                    a MUC server for your own tests
    """


def main() -> None:
    """The program: exit status 0 as expected, 1 a failure that counts, 2 wrong usage, 3 something broke."""
    try:
        status = cli.main(prog_name="mucspec", standalone_mode=False)
    except click.UsageError as complaint:
        _show(complaint)
        sys.exit(complaint.exit_code)
    except click.ClickException as complaint:
        complaint.show()
        sys.exit(complaint.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("mucspec: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as complaint:
        sys.exit(_tell(complaint))
    sys.exit(status if isinstance(status, int) else 0)


def _show(complaint: click.UsageError) -> None:
    """In one line; a group without a command shows its help."""
    if type(complaint).__name__ == "NoArgsIsHelpError":
        return complaint.show()
    name = complaint.ctx.command_path if complaint.ctx else "mucspec"
    text = complaint.format_message().rstrip(".")
    hint = "" if "--help`" in text else f"; `{name} --help` tells more"
    return click.echo(f"{name}: {text}{hint}", err=True)


def _tell(complaint: Exception) -> int:
    status = TROUBLES.get(type(complaint).__name__)
    if status is None:
        traceback.print_exc()
        return BROKE
    click.echo(f"mucspec: {complaint}", err=True)
    return status
