"""Probes that checks of more than one topic share."""
