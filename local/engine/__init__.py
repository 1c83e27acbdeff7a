"""A small engine for one stack: it runs a Pulumi program, compares it with its state and changes the emulator.

A development tool: it compares plain inputs, where the real engine asks the provider. `pulumi up` is the way to AWS.
"""
