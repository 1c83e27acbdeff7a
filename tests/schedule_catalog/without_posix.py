"""The `schedules` command on a Python that lacks what only POSIX systems have; run as `python without_posix.py …`."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
from types import ModuleType
from typing import cast

# These modules of the standard library find out about POSIX when they are imported; O_TMPFILE stays for the last one.
IMPORTED_BEFORE = (asyncio, select, subprocess, tempfile)
MODULES = """
    crypt curses fcntl grp nis posix pty pwd resource spwd syslog termios tty
"""
OS_NAMES = """
    chown chroot confstr copy_file_range ctermid eventfd fchdir fchmod fchown fdatasync fork forkpty fpathconf
    fstatvfs getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp getpriority getresgid
    getresuid getsid getuid getxattr initgroups killpg lchown listxattr lockf major makedev memfd_create minor
    mkfifo mknod nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn posix_spawnp pread
    preadv pwrite pwritev readv register_at_fork removexattr sched_getaffinity sched_getparam sched_getscheduler
    sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups setns setpgid setpgrp setpriority
    setregid setresgid setresuid setreuid setsid setuid setxattr splice statvfs sync sysconf tcgetpgrp tcsetpgrp
    ttyname uname unshare wait wait3 wait4 waitid writev O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_FSYNC
    O_LARGEFILE O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC
"""
SIGNAL_NAMES = """
    SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU
    SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH alarm getitimer pause pthread_kill pthread_sigmask setitimer
    siginterrupt sigpending sigwait
"""


def strip() -> None:
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    for name in MODULES.split():
        modules[name] = None  # an import then fails
    for module, names in ((os, OS_NAMES), (signal, SIGNAL_NAMES)):
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)


if __name__ == "__main__":
    strip()
    from schedule_catalog.cli.main import main

    sys.exit(main(sys.argv[1:]))
