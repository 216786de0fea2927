"""DNS: names, addresses, and what points where."""
