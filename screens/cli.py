"""The command line's entry point."""

from __future__ import annotations

import argparse
from importlib.metadata import version


def main() -> int:
    parser = argparse.ArgumentParser(prog="launch-ready")
    parser.add_argument("--version", action="version", version=f"launch-ready {version('launch-ready')}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="show a made-up startup")
    parser.parse_args()
    print("The demo has nothing to show yet.")
    return 0
