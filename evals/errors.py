"""What stops an eval: a message for the person who runs it, without a traceback."""


class EvalError(Exception):
    """Nothing could be measured; the message says what is wrong, where, and what to do."""
