"""The smoke test: a throw-away stack in a real account, and what AWS really does with it."""
