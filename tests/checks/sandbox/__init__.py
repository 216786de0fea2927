"""The made-up startup: each piece over real sockets, and the faults as data."""
