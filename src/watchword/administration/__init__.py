"""What administrators do to the configuration and to people, whoever asks for it: the API, or a page."""
