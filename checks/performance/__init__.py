"""Performance: how fast the endpoints that matter answer."""
