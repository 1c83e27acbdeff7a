"""A catalog's files become entries or problems: structure, drafts, rules."""
