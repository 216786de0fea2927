"""A whole made-up startup served from its own process: the demo and the test world. Nobody imports it."""
