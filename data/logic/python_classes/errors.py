class AppError(Exception):
    """Root of all."""

class ConfigError(AppError):
    pass

class MissingKey(ConfigError, KeyError):
    pass

class NetworkError(AppError):
    retry = True

class Timeout(NetworkError):
    pass
