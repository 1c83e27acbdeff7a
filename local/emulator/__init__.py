"""The AWS emulator: ministack in a process of its own, with what it lacks of AWS."""
