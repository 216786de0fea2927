"""Edge: front doors, redirects, TLS, and what stands before the application."""
