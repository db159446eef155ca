"""How a command ends before its end."""

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


class Stop(Exception):  # a way out of a command, not an error
    """Ends a command: `message` goes to standard error, `code` is the exit code."""

    def __init__(self, message: str, *, code: int = EXIT_USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
