"""Contract of both sides of a boundary: the request, the event, the run key, the proxy's settings."""
