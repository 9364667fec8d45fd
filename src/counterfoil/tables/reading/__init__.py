"""Reading: files in, tables out. `read_folder` is the door; `find_hints` says where references would match if ids were written alike."""

from counterfoil.tables.reading.folder import read_folder
from counterfoil.tables.reading.references import find_hints

__all__ = ["find_hints", "read_folder"]
