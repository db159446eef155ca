"""A terminal with kubectl in it: (state, command line) → answer. Pure: nothing runs anywhere.

It speaks to the cluster of a scenario and to the text in a learner's editor; output is what a real
kubectl 1.35 prints (../shared/apiserver/kubectl.jsonl). Reachability comes from `evaluate` and
`connect` alone.
"""

from simulator.kubectl.completing import complete
from simulator.kubectl.running import run
from simulator.kubectl.state import MOST_LINE, MOST_OUTPUT, MOST_STDIN, Answer, State

__all__ = ["MOST_LINE", "MOST_OUTPUT", "MOST_STDIN", "Answer", "State", "complete", "run"]
