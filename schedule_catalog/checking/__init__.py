"""Checking: catalog files become entries or problems, by structure, drafts and rules."""
