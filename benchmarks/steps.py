"""The executor's step: shown again, and answered so that the flow moves on."""

from benchmarks.contests import Subject
from benchmarks.jobs import ANSWER, SHOW

TARGET = 0.6
"""1,500 steps a second where the floor gives 2,500."""

SUBJECTS = (
    Subject("executor step: the challenge is shown", SHOW, TARGET, by_request=True),
    Subject("executor step: an answer leads to the next challenge", ANSWER, TARGET, by_request=True),
)
