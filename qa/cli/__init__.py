"""The `qa` command: what is asked of it, which command does it, and how it ends.

Exit codes: 0 done, 1 failure, 2 wrong use, 3 some files could not be read, 4 not answered, 5 something in a
draft is to be mended, 130 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

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
        with _logged(arguments):
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


@contextlib.contextmanager
def _logged(arguments: argparse.Namespace) -> Iterator[None]:
    """Logs that the command begins, how it ends, and the way to an error that nobody foresaw. Raises
    UsageError where it cannot."""
    asked = (arguments.log_level, arguments.log_file)
    if not any((*asked, os.environ.get("QA_LOG"), os.environ.get("QA_LOG_FILE"))):
        yield
        return
    from qa import logs

    logs.set_up(*asked)
    logs.event("start", command=arguments.command, process=os.getpid(), python=sys.version.split()[0])
    outcome = "stopped"
    try:
        yield
        outcome = "done"
    except IbidError as error:
        outcome = "failed"
        logs.event("error", level="error", error=error, reason=str(error))
        raise
    except Exception as error:
        outcome = "failed"
        logs.event("error", level="error", error=error)
        raise
    finally:
        logs.event("end", command=arguments.command, outcome=outcome)
        logs.stop()


def _told(words: str, code: int) -> int:
    from qa.cli.terminal import safe

    with contextlib.suppress(OSError):
        print(f"qa: {safe(words)}", file=sys.stderr, flush=True)
    return code
