"""The floor: a bare ASGI handler and the native driver, which do as many statements and calls, and nothing else."""
