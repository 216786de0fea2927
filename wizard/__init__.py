"""The launch: what is asked, decided, remembered and delivered. Knows no widget."""
