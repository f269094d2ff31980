"""The one exception that means: the user can mend this."""


class UserError(Exception):
    """A problem in the user's input or set-up.

    The message names the file and line where there is one, what is wrong and what to do. Commands
    print it as one line on standard error and exit with status 1 (see `common.command.run`).
    """
