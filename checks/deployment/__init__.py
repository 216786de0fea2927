"""Deployment: how code reaches production and how production says it is well."""
