"""The netpol_lab simulator: which connections pass in a Kubernetes cluster, and why.

Pure Python on top of PyYAML; it imports no Django and reads no files (only `__main__` does).
"""
