"""``python -m qa`` is the same as ``qa``."""

from qa.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
