"""Output for GitHub: annotations, SARIF, comments."""
