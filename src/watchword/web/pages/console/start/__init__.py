"""The guided set-up: `/if/admin/start/`."""
