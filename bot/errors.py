"""Every error the program raises on purpose, each with one sentence that an operator can act on.

```
BigRunError
├── SettingsError      a setting's value is wrong; nothing was started
├── SourceError        a page source, or a table beside it, cannot be read
├── StoreError         a database cannot be used
│   ├── DamagedStore   it is no database, or a broken one
│   ├── ForeignStore   it is a sound database of something else
│   ├── NewerSchema    it was written by a newer version of the program
│   ├── OlderSchemaError  it was written by an older version, and cannot be migrated
│   ├── NotWritten     a change could not be written; nothing of it was
│   └── StoreInUse     another process has it for itself
├── BackupError        a copy of the state is not where it should be, or would replace something
├── NotAnswered         what answers an interaction said nothing
├── ConnectionFailed   Discord does not let the bot in, or cannot be reached
├── HealthError         the host's watchdog cannot be answered
└── PreviewError       the try-out page cannot be shown
```
"""


class BigRunError(Exception):
    """The root: its text is one sentence, without secrets and without page text."""


class SettingsError(BigRunError):
    """A setting is wrong; the sentence starts with its name."""


class SourceError(BigRunError):
    """A page source or table cannot be read; the sentence names the file and why."""


class DatabaseError(BigRunError):
    """A database cannot be opened, read or written; the sentence names the file and what to do."""


class DatabaseDamagedError(DatabaseError):
    """A file is not a database, or a broken one; the sentence says what to do."""


class WrongDatabaseError(DatabaseError):
    """A file is a sound database of something else; it is not touched."""


class NewerSchemaError(DatabaseError):
    """A database's schema is newer than this program knows; it is not touched."""


class OlderSchemaError(StoreError):
    """A database is older than this program can migrate; it was not changed."""


class NotWritten(StoreError):  # noqa: N818 - the name says what was met
    """A change could not be written and nothing of it was: a full or read-only disk, a busy database."""


class DatabaseInUseError(DatabaseError):
    """Another process uses the database."""


class BackupError(BigRunError):
    """A backup does not exist, or would replace something without being asked to."""


class NoResponseError(BigRunError):
    """A handler ended without answering its interaction."""


class DiscordConnectionError(BigRunError):
    """Discord refuses the bot or cannot be reached; the sentence says which and what to do."""


class PreviewError(BigRunError):
    """The preview cannot start; the sentence says what is missing."""


class HealthError(BigRunError):
    """The health port is not available; the sentence says which and why."""
