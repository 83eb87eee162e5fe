"""What expressions can use: one list, that the console shows, the documents print and the tests run."""
