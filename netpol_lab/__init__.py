"""The web site of netpol_lab; the simulator beside it knows nothing of it."""
