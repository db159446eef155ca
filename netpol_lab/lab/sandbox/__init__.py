"""The sandbox at /sandbox/: a cluster of one's own, kept by the page and never by the server."""
