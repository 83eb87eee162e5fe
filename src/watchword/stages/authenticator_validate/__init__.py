"""The authenticator validation stage: a second factor, asked for at sign-in."""
