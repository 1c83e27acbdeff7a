"""A company's repository as it starts: the files that `schedules init` lays out."""
