"""The netpol_lab simulator: decides, as a Kubernetes cluster would, which connections pass, and why.

Pure Python on top of PyYAML; it imports no Django and reads no files (only `__main__` does).
"""
