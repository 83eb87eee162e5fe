"""The SMS authenticator setup stage (authentik's `authenticator_sms`), a file for each part of its work."""
