"""Every pair of endpoints and every port at once, without evidence.

The fast path beside `evaluate`, from a lesson's six endpoints to a cluster's ten thousand pods.
Endpoints that no policy can tell apart make one class, so do ports; selectors become sets of
classes in big integers; a gate keeps, for each span of ports, whom it lets pass. A property test
(tests/simulator/test_matrix.py) ties every cell and every gate to `evaluate`.
"""

from simulator.matrix.reach import OPEN, Reach
from simulator.matrix.spans import PROTOCOLS, PortClasses
from simulator.matrix.table import Bundle, Matrix
from simulator.matrix.work import steps

__all__ = ["OPEN", "PROTOCOLS", "Bundle", "Matrix", "PortClasses", "Reach", "steps"]
