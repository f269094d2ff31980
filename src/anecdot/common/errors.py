"""The one exception that means: the user can mend this; and what others say."""


class UserError(Exception):
    """A problem in the user's input or set-up.

    The message names the file and line where there is one, what is wrong and what to do. Commands
    print it as one line on standard error and exit with status 1 (see `common.command.run`).
    """


def first_line(error: BaseException) -> str:
    """The first line of what a library's exception says, or the exception's name."""
    return str(error).strip().split("\n")[0][:200] or type(error).__name__
