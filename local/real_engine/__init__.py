"""The real Pulumi engine over the emulator: its CLI, a provider for it, and a walk through a stack's life.

The embedded engine (`local.engine`) deploys the laptop stack; this one shows that Pulumi itself agrees.
"""
