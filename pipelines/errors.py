"""Every error that Brevpress raises on purpose, with the exit code of the command.

    BrevpressError                    70  a bug or a broken machine
    ├── UsageError                     2  the call, the configuration or the inputs are wrong
    │   ├── ConfigError                   a key of brevpress.toml
    │   ├── ContractError                 a file or column of the export
    │   ├── TableError                    a dated table is missing, unknown or expired
    │   ├── AssetError                    a layout, font or schema is missing or altered
    │   └── RunConflict                   the run id exists with other inputs
    ├── PersonNeeded                   1  the run ended, but something needs a person
    └── Crash                         70
        ├── WorkerDied                    a worker process ended without a word
        └── StoreError                    the bucket or folder refused

Bad data is never an error: a row that must not be printed is a value with a `Reason`.
Messages hold no personal data: they name files, columns, keys, ids and counts.
"""


class BrevpressError(Exception):
    """An error with the exit code of the command and, where there is one, the next step."""

    exit_code = 70

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message


class UsageError(BrevpressError):
    """The call, the configuration or the input contract is wrong; nothing was made."""

    exit_code = 2


class ConfigError(UsageError):
    """A key of the configuration is wrong. The message names file and key."""


class ContractError(UsageError):
    """A file or column of the export breaks the contract. The message names both."""


class TableError(UsageError):
    """A dated table is missing, unknown or not valid on the day it is asked for."""


class AssetError(UsageError):
    """A layout, font or schema is missing, or differs from its recorded hash."""


class RunConflict(UsageError):
    """The run id exists already with other inputs. The message names the difference."""


class PersonNeeded(BrevpressError):
    """The command ended in order, but a person has to look at something."""

    exit_code = 1


class Crash(BrevpressError):
    """The machine failed; the same command finishes the run."""


class WorkerDied(Crash):
    """A worker process ended without a word (killed, out of memory, crashed)."""


class StoreError(Crash):
    """The folder or bucket refused a read or a write."""
