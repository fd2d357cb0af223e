"""Helpers without knowledge of sound or emotion."""
