"""A new user: username and phone, the documented policy, written, a code by a gateway, the device, signed in."""

from benchmarks.contests import Subject
from benchmarks.jobs import ENROL

TARGET = 0.5

SUBJECTS = (Subject("whole enrolment of a new user", ENROL, TARGET),)
