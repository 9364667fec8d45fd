"""Stand-in while the launcher is written."""

import os


def database_url() -> str:
    return os.environ["DATABASE_URL"]
