#!/usr/bin/env python
"""The command line: `python manage.py COMMAND [--data DIR]`."""

import os
import sys


def main() -> None:
    """Run one command. What a person can put right is said in one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  it may be missing

        from core.command_line import explain, take_data_folder  # noqa: PLC0415
    except ImportError as error:
        if error.name not in {"django", "psycopg", "redis"}:
            raise
        sys.exit("The libraries are not installed: run make setup, then use .venv/bin/python.")
    arguments = take_data_folder(sys.argv)
    try:
        execute_from_command_line(arguments)
    except Exception as error:
        sentence = explain(error)
        if sentence is None or "--traceback" in arguments:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
