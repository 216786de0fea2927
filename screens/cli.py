"""The command line's entry point. Commands are imported when they run, so that `--help` waits for nothing."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence

from screens import options
from screens.exits import Exit, Refused, UsageError
from screens.streams import drop_stdout, prepare_streams, say

PROG = "launch-ready"
COMMANDS = ("demo", "check", "export", "projects", "doctor")
REPORT_TO = "please report it to whoever gave you Launch Ready, with what you typed"

_ABOUT = "Finds what stands between your domain and a launch with paid traffic, and helps you mend it."
_COMMANDS_HELP = """\
commands (a command wins over a domain of the same name):
  launch-ready [DOMAIN]        the wizard; numbered prompts with --plain or where no full screen is
  launch-ready demo            the same on a made-up startup that runs on your own computer
  launch-ready check DOMAIN    check once and print the findings, as text or as JSON
  launch-ready export DOMAIN   check once and write the handover
  launch-ready projects        what is kept on this computer, and how to forget it
  launch-ready doctor          what works on this computer and what is missing

launch-ready COMMAND --help lists the options of a command.

exit codes: 0 nothing found at or above --fail-on, 1 something found, 2 typed wrong,
            3 a check got no answer, 4 what is kept cannot be opened, 130 stopped"""


def _wizard() -> options.Parser:
    parser = options.Parser(PROG, _ABOUT, _COMMANDS_HELP)
    parser.add_argument("domain", metavar="DOMAIN", nargs="?", help="the domain, as you have it at hand")
    parser.add_argument("--plain", action="store_true", help="numbered prompts instead of the full screen")
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    options.add_network(parser)
    options.add_common(parser)
    return parser


def _demo() -> options.Parser:
    parser = options.Parser(
        f"{PROG} demo",
        "The wizard on a made-up startup that runs on your own computer; nothing is sent anywhere. Without a "
        "terminal:\naudits it broken, mends it, audits it again, and writes handover.md into this folder.",
    )
    parser.add_argument("--plain", action="store_true", help="numbered prompts instead of the full screen")
    parser.add_argument("--check", action="store_true", help="check it once and print the findings")
    parser.add_argument(
        "--state",
        metavar="broken|fixed",
        type=options.one_of(*options.STATES),
        help="how the startup stands at the beginning (default: broken)",
    )
    options.add_report(parser)
    options.add_common(parser)
    return parser


def _check() -> options.Parser:
    parser = options.Parser(f"{PROG} check", "Check a domain once and print what was found. Asks nothing.")
    parser.add_argument("domain", metavar="DOMAIN", nargs="?", help="the domain, as you have it at hand")
    options.add_report(parser)
    options.add_project(parser)
    options.add_network(parser)
    options.add_common(parser)
    return parser


def _export() -> options.Parser:
    parser = options.Parser(f"{PROG} export", "Check a domain once and write the handover in Markdown.")
    parser.add_argument("domain", metavar="DOMAIN", nargs="?", help="the domain, as you have it at hand")
    parser.add_argument("--demo", action="store_true", help="of the made-up startup instead of a domain")
    parser.add_argument(
        "--output", metavar="FILE", default="handover.md", help="where to (default: handover.md); - prints it"
    )
    parser.add_argument("--force", action="store_true", help="replace a file that Launch Ready did not write")
    parser.add_argument(
        "--reproducible", action="store_true", help="leave out what differs on every run, such as the date"
    )
    options.add_project(parser)
    options.add_network(parser)
    options.add_common(parser)
    return parser


def _projects() -> options.Parser:
    parser = options.Parser(f"{PROG} projects", "What is kept on this computer, and how to be rid of it.")
    parser.add_argument(
        "what",
        metavar="list|forget",
        nargs="?",
        type=options.one_of("list", "forget"),
        help="list the projects (default), or delete one with its answers, results and credentials",
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="the project to forget: its name, its domain or its id"
    )
    parser.add_argument("--all", action="store_true", help="forget every project")
    parser.add_argument("--yes", action="store_true", help="do not ask whether to delete; for scripts")
    options.add_common(parser)
    return parser


def _doctor() -> options.Parser:
    parser = options.Parser(
        f"{PROG} doctor", "What works on this computer and what is missing. Contacts nothing on the network."
    )
    options.add_common(parser)
    return parser


PARSERS: dict[str, Callable[[], options.Parser]] = {
    "wizard": _wizard,
    "demo": _demo,
    "check": _check,
    "export": _export,
    "projects": _projects,
    "doctor": _doctor,
}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{PROG} {version(PROG)}"
    except PackageNotFoundError:
        return f"{PROG} (not installed)"


def _misplaced(words: Sequence[str]) -> UsageError | None:
    """What went wrong when the first word is no command, yet a command was meant."""
    plain = [word for word in words if not word.startswith("-")]
    for word in plain:
        if word in COMMANDS:
            return UsageError(f"Put the command first: {PROG} {word} …")
    if plain and "." not in plain[0]:
        from difflib import get_close_matches

        meant = get_close_matches(plain[0], COMMANDS, 1)
        if meant:
            return UsageError(f"“{plain[0]}” is no command; did you mean {PROG} {meant[0]}?")
    return None


def run(argv: list[str], *, own_process: bool = False) -> int:
    """Raises UsageError for what cannot be done, and whatever the command raises."""
    name = argv[0] if argv and argv[0] in COMMANDS else "wizard"
    words = argv if name == "wizard" else argv[1:]
    if name == "wizard" and (misplaced := _misplaced(words)) is not None:
        raise misplaced
    values = PARSERS[name]().read(words)
    if name == "wizard" and values.version:
        print(_version())
        return Exit.OK
    from importlib import import_module

    from screens.logs import set_up

    set_up(debug=values.debug)
    if own_process:
        from wizard.vault.hygiene import harden

        harden()
    code: int = import_module(f"screens.commands.{name}").run(values)
    return code


def _unexpected(error: Exception, debug: bool) -> int:
    """One sentence. A traceback only on request, and then without values: they may be secret."""
    if debug:
        import traceback

        say("".join(traceback.format_tb(error.__traceback__)).rstrip())
    from checks.text import visible

    what = visible(f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__)
    say(f"{PROG} failed in a way that nobody foresaw ({what}); {REPORT_TO}, and add --debug to see where.")
    return Exit.BUG


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. No traceback reaches the person, nor does an escape code.

    Without `argv` the process is the program's own: then it also writes private files and no core dumps.
    """
    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = int(run(words, own_process=argv is None))
        sys.stdout.flush()
    except UsageError as error:
        from checks.text import visible

        say(f"{PROG}: {visible(str(error))}")
        return Exit.USAGE
    except Refused as error:
        from checks.text import visible

        say(visible(str(error)))
        return Exit.BUG
    except KeyboardInterrupt:
        say("Stopped.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        drop_stdout()
        return Exit.PIPE_CLOSED
    except OSError as error:
        # What still waits to be written would fail once more at the very end.
        drop_stdout()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            say(f"{PROG}: there is no room left where the output goes; free some and run it again.")
            return Exit.BUG
        return _unexpected(error, "--debug" in words)
    except SystemExit as leave:  # --help
        return leave.code if isinstance(leave.code, int) else Exit.OK
    except Exception as error:
        return _unexpected(error, "--debug" in words)
    return code


if __name__ == "__main__":
    sys.exit(main())
