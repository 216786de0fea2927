"""Every face a person or a machine meets."""
