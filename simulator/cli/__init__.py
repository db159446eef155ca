"""The command line, one module for each command. Only this package opens files and prints.

The words that one types, the exit codes and the JSON are a contract: docs/simulator.md.
"""
