"""The steps, each a file; a step only ever adds, so that the version before still works beside it."""
