"""The admin console: `/if/admin/`."""
