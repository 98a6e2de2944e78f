"""Every error the program raises on purpose, each with one sentence a host can act on.

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
    """A setting's value is wrong; the sentence names key, value and what is expected."""


class SourceError(BigRunError):
    """A page source or table cannot be read; the sentence names the file and why."""


class StoreError(BigRunError):
    """A database cannot be opened, read or written; the sentence names the file and what to do."""


class DamagedStore(StoreError):  # noqa: N818 - the name says what was met
    """A database's file is no database, or a broken one; the sentence says what to do."""


class ForeignStore(StoreError):  # noqa: N818 - the name says what was met
    """A sound database of something else stands where one of ours is expected; it is left untouched."""


class NewerSchema(StoreError):  # noqa: N818 - the name says what was met
    """A database's schema is newer than this program knows; it is left untouched."""


class OlderSchemaError(StoreError):
    """A database is older than this program can migrate; it was not changed."""


class NotWritten(StoreError):  # noqa: N818 - the name says what was met
    """A change could not be written and nothing of it was: a full or read-only disk, a busy database."""


class StoreInUse(StoreError):  # noqa: N818 - the name says what was met
    """Another process has the database for itself."""


class BackupError(BigRunError):
    """A backup is not there, or would replace something unasked; the sentence says which file."""


class NotAnswered(BigRunError):  # noqa: N818 - the name says what happened
    """What answers an interaction ended without a word to the member."""


class ConnectionFailed(BigRunError):  # noqa: N818 - the name says what happened
    """Discord does not let the bot in, or cannot be reached; the sentence says which and what to do."""


class PreviewError(BigRunError):
    """The preview cannot start; the sentence says what is missing."""


class HealthError(BigRunError):
    """The port for the host's watchdog cannot be had; the sentence says which and why."""
