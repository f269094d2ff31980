from __future__ import annotations
from dataclasses import dataclass, field

@dataclass
class File:
    size: int
    owner: User

@dataclass
class Folder:
    files: list[File]
    parent: Folder | None = None

@dataclass
class User:
    home: Folder
    groups: set[str] = field(default_factory=set)
