"""Trials: a whole stack under a seeded load and a seeded plan of faults, and a check that nothing was lost.

`./dev faults --minutes 60 --seed N`
"""
