"""For the demo: messages go to a handset that is a page."""
