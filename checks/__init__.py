"""Every room of the outside world: what can be found out about a launch, and how it is judged."""
