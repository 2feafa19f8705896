"""The `qa` command: what is asked of it, which command does it, and how it ends.

Exit codes: 0 done, 1 failure, 2 wrong use, 3 some files could not be read, 4 not answered, 5 something in a
draft is to be mended, 130 stopped.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from qa.cli.parser import parser
from qa.errors import IbidError, UsageError

__all__ = ["main"]

DEBUG = "QA_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command (``argv`` without the program's name; None: the process's own) and returns its exit
    code. Errors go to standard error as one or two plain lines."""
    # A file name that is no text in the terminal's encoding must not stop a listing.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        arguments = parser().parse_args(argv)
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except SystemExit as end:
        # argparse: 0 after --help and --version, 2 after an error that it has told of.
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        return _told("Stopped. What was finished is kept.", 130)
    except BrokenPipeError:
        # The reader of our output has gone (`qa list | head`); nothing is left to say, nor to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except IbidError as error:
        if os.environ.get(DEBUG):
            raise
        return _told(str(error), 2 if isinstance(error, UsageError) else 1)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        what = " ".join(str(error).split())[:200]
        return _told(
            f"An error that should not happen: {type(error).__name__}{': ' if what else ''}{what}\n"
            f"Run the command again with {DEBUG}=1 before it to see where, and please report it.",
            1,
        )
    return code


def _told(words: str, code: int) -> int:
    from qa.cli.terminal import safe

    with contextlib.suppress(OSError):
        print(f"qa: {safe(words)}", file=sys.stderr, flush=True)
    return code
