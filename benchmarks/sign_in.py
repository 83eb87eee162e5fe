"""Signing in with a password and a code: most of it is argon2, which the floor does too."""

from benchmarks.contests import Subject
from benchmarks.jobs import SIGN_IN

SUBJECTS = (Subject("whole sign-in with a second factor", SIGN_IN),)
