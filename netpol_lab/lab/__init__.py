"""The workbench: lessons, evaluation and attempts."""
