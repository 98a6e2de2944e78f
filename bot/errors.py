"""Every error the program raises on purpose, each with one sentence that an operator can act on.

```
BigRunError
├── SettingsError             a setting is wrong; nothing was started
├── SourceError               a page source, or a table beside it, cannot be read
├── DatabaseError             a database cannot be used
│   ├── DatabaseDamagedError  it is not a database, or a broken one
│   ├── WrongDatabaseError    it is a sound database of something else
│   ├── NewerSchemaError      a newer version of the program wrote it
│   ├── OlderSchemaError      an older version wrote it, and it cannot be migrated
│   ├── WriteFailedError      a change could not be written and was rolled back
│   └── DatabaseInUseError    another process uses it
├── BackupError               a backup does not exist, or would replace something
├── NoResponseError           a handler did not answer its interaction
├── DiscordConnectionError    Discord refuses the bot, or cannot be reached
├── HealthError               the health port is not available
└── PreviewError              the preview cannot start
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


class OlderSchemaError(DatabaseError):
    """A database is older than this program can migrate; it was not changed."""


class WriteFailedError(DatabaseError):
    """A write failed and was rolled back: the disk is full or read-only, or the database is busy."""


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
