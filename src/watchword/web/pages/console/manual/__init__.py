"""The manual, as pages of the console: the files of `docs/`, of the very version that runs."""
