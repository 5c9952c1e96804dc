"""Who reads what: similarity, assignment, replacement. Pure computing, no tables.

from essaim.peers.assignment import solve, replaced, Impossible
"""

from essaim.peers.assignment.diagnosis import Cause, Change, Impossible, Remedy
from essaim.peers.assignment.problem import InvalidProblem, Problem, problem
from essaim.peers.assignment.replacement import Replacement, replaced
from essaim.peers.assignment.solve import Assignment, solve, solve_problem

__all__ = [
    "Assignment",
    "Cause",
    "Change",
    "Impossible",
    "InvalidProblem",
    "Problem",
    "Remedy",
    "Replacement",
    "problem",
    "replaced",
    "solve",
    "solve_problem",
]
