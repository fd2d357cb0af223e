"""Data sets: CSV manifests, and synthetic speech that needs no download."""
