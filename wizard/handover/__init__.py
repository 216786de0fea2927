"""The Markdown handover: escape, sections, write."""
