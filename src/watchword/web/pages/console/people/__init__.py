"""People in the console: users, their groups, devices and tokens."""
