"""The PostgreSQL server that comes along: made at its first start, found again by everybody after it, left running until it is stopped.

All that it has lies in `postgres` in the folder of COUNTERFOIL_HOME: `data`, `log`, `password`, and two files that are only ever locked.
Whoever makes, starts or stops the server holds `lock`. The server holds `held`, which each of its processes inherits: it is free when the
last of them has ended, so two servers are never at work on the same data, even where one was killed and is still dying.

The server listens on 127.0.0.1 alone and takes nobody without the password. It refuses to run as root, so root runs it as `nobody`.
"""

from counterfoil.postgres.place import ServerError
from counterfoil.postgres.server import Status, database_url, server_url, start, status, stop

__all__ = ["ServerError", "Status", "database_url", "server_url", "start", "status", "stop"]
