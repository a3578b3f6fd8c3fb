"""What goes wrong with a service, as a sentence for the person at the terminal."""


class ServiceError(Exception):
    """A service cannot be used; the message is one clear sentence."""
