"""All errors raised on purpose. Each message is one sentence that an operator can act on."""


class BigRunError(Exception):
    """The base of all. Its message contains no secrets and no page text."""


class SettingsError(BigRunError):
    """A setting is wrong. The message starts with its name."""


class SourceError(BigRunError):
    """A page source or table cannot be read."""


class StoppedError(BigRunError):
    """A signal ended a load."""

    def __init__(self, number: int) -> None:
        super().__init__("Stopped. What was loaded so far stays. To load the rest, run it again.")
        self.exit_status = 128 + number  # as shells report it


class DatabaseError(BigRunError):
    """A database cannot be opened, read or written."""


class DatabaseDamagedError(DatabaseError):
    """A file is damaged or not a database."""


class WrongDatabaseError(DatabaseError):
    """A file is a sound database of something else."""


class NewerSchemaError(DatabaseError):
    """A newer version of the program made the database."""


class OlderSchemaError(DatabaseError):
    """A database is too old to migrate."""


class WriteFailedError(DatabaseError):
    """A write was rolled back: the disk is full or read-only, or the database is busy."""


class DatabaseMovedError(WriteFailedError):
    """The file was removed, replaced or moved while the bot uses it."""


class DatabaseInUseError(DatabaseError):
    """Another process uses the database."""


class BackupError(BigRunError):
    """A backup does not exist, or would replace something."""


class NoResponseError(BigRunError):
    """A handler ended without answering its interaction."""


class ImpossibleIdError(BigRunError):
    """An interaction has an id that Discord never gives."""


class DiscordConnectionError(BigRunError):
    """Discord refuses the bot or cannot be reached."""


class PreviewError(BigRunError):
    """The preview cannot start."""


class HealthError(BigRunError):
    """The health port is not available."""
