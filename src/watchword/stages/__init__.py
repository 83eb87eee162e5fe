"""The stage types, one file each, and the catalogue that lists them."""
