"""The sandbox in which administrators' expressions run, and what they see there."""
