"""The errors a user can meet: one Chinese sentence each, saying what to do next."""


class JixiaoError(Exception):
    """Base of every error shown to a user; ``str(error)`` is the sentence to show."""


class UnreadableFileError(JixiaoError):
    """A file that can't be read as a report: wrong format, damaged, encrypted or oversized."""


class StoreError(JixiaoError):
    """The store can't be used: held by another process, of another version, or damaged."""


class UnknownReportError(JixiaoError):
    """A report was named that is not loaded, or a name fits several reports."""
