"""The command line: `counterfoil check FOLDER`."""

from counterfoil.interfaces.cli.app import main

__all__ = ["main"]
