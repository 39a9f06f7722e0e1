"""Other processes: the host, its children, its parents."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

CALL = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"

PAYLOADS = [
    Payload(
        name="processes-signal-the-host",
        goal="send the host signals: its handlers would note them",
        code="import os\n"
        + each(
            *(f"os.kill(@PID@, {n})" for n in (10, 12, 15, 1)), "os.killpg(os.getpgid(@PID@), 10)"
        ),
    ),
    Payload(
        name="processes-signal-the-parent",
        goal="send signals to the parent, to its group and to everybody",
        code="import os\n"
        + each(
            "os.kill(os.getppid(), 10)", "os.killpg(0, 10)", "os.kill(-1, 10)", "os.kill(0, 12)"
        ),
    ),
    Payload(
        name="processes-kill-a-bystander",
        goal="kill a process of the host",
        code="import os\n" + each("os.kill(@BYSTANDER@, 9)", "os.kill(@BYSTANDER@, 19)"),
    ),
    Payload(
        name="processes-pidfd",
        goal="open a descriptor of the host's process, and signal or rob it through that",
        code="import os, signal\n"
        + each(
            "signal.pidfd_send_signal(os.pidfd_open(@BYSTANDER@), 9)",
            "signal.pidfd_send_signal(os.pidfd_open(@PID@), 10)",
        ),
    ),
    Payload(
        name="processes-ptrace",
        goal="attach to a process of the host, which then shows a tracer",
        code=CALL
        + each(
            "print(libc.ptrace(16, @BYSTANDER@, 0, 0), ctypes.get_errno())",
            "print(libc.ptrace(0x4206, @PID@, 0, 0), ctypes.get_errno())",
        ),
        then=("import time\ntime.sleep(0.2)\nprint(5)",),
    ),
    Payload(
        name="processes-raw-calls",
        goal="make the system calls for signals and tracing without their wrappers",
        code=CALL
        + each(
            "for number in (62, 129, 200, 234, 424, 297):\n"
            "    print(libc.syscall(number, @BYSTANDER@, 9, 0, 0, 0), ctypes.get_errno())",
            "print(libc.syscall(101, 16, @BYSTANDER@, 0, 0))",
            "print(libc.syscall(434, @BYSTANDER@, 0), libc.syscall(438, 3, 0, 0))",
        ),
    ),
    Payload(
        name="processes-read-memory",
        goal="read the secret out of another process's memory",
        code=CALL
        + each(
            "print(open('/proc/@BYSTANDER@/mem', 'rb'))",
            "buffer = ctypes.create_string_buffer(4096)\n"
            "print(libc.process_vm_readv(@BYSTANDER@, None, 0, None, 0, 0), buffer.raw)",
            "for line in open('/proc/@BYSTANDER@/maps'):\n    if 'stack' in line:\n"
            "        low, high = (int(n, 16) for n in line.split()[0].split('-'))\n"
            "        with open('/proc/@BYSTANDER@/mem', 'rb') as memory:\n"
            "            memory.seek(low)\n            print(memory.read(high - low)[-9000:])",
        ),
    ),
    Payload(
        name="processes-environ-of-others",
        goal="read the environment of the host's processes in /proc",
        code="import os\n"
        + each(
            "print(open('/proc/@BYSTANDER@/environ').read())",
            "print(open('/proc/@PID@/environ').read())",
            "for n in os.listdir('/proc'):\n    try: text = open(f'/proc/{n}/environ').read()\n"
            "    except OSError: continue\n"
            "    if '@ENV@' in text: print(text[text.index('@ENV@'):][:80])",
        ),
    ),
    Payload(
        name="processes-limits-of-others",
        goal="change the limits, the priority or the group of the host's processes",
        code=each(
            "import resource\nresource.prlimit(@BYSTANDER@, resource.RLIMIT_NOFILE, (7, 7))",
            "import resource\nresource.prlimit(@PID@, resource.RLIMIT_CORE, (0, 0))",
            "import os\nos.setpriority(os.PRIO_PROCESS, @PID@, 19)",
            "import os\nos.setpgid(@PID@, 0)",
            "import os\nos.sched_setaffinity(@PID@, {0})",
        ),
    ),
    Payload(
        name="processes-raise-own-limits",
        goal="lift its own limits, then take more than they allow",
        code=each(
            "import resource\nfor n in range(16):\n"
            "    try: resource.setrlimit(n, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
            "    except (OSError, ValueError) as error: print(n, error)",
            "x = [bytearray(1 << 20) for _ in range(400)]\nprint('took 400 MB', '@MARK@')",
            "import os\nos.nice(-20)",
        ),
    ),
    Payload(
        name="processes-start-another",
        goal="run a program of the host",
        code=each(
            "import os\nos.system('touch @DROP@/system')",
            "import subprocess\nprint(subprocess.run(['cat', '@SECRET@'], capture_output=True))",
            "import os\nos.posix_spawn('/bin/sh', ['sh', '-c', 'cat @SECRET@ > @DROP@/x'], {})",
            "import pty\npty.spawn(['touch', '@DROP@/pty'])",
            "import multiprocessing as m\nm.get_context('spawn').Process(target=print).start()",
        ),
    ),
    Payload(
        name="processes-become-another",
        goal="replace itself by a program that goes on outside",
        code="import os\n"
        + each(
            "os.execv('/bin/sh', ['sh', '-c', 'cat @SECRET@; touch @DROP@/exec'])",
            "import sys\nos.execv(sys.executable, [sys.executable, '-c', 'open(\"@DROP@/exec\", \"w\")'])",
        ),
    ),
    Payload(
        name="processes-namespaces",
        goal="enter the namespaces of the host, or make one in which it is root",
        code=CALL
        + each(
            "import os\nfor kind in ('mnt', 'net', 'pid', 'user', 'uts', 'ipc', 'cgroup'):\n"
            "    try: os.setns(os.open(f'/proc/@PID@/ns/{kind}', 0), 0)\n"
            "    except (OSError, AttributeError) as error: print(kind, error)",
            "print(libc.unshare(0x10000000 | 0x20000), libc.mount(b'/', b'/tmp', None, 4096, None))",
            "print(libc.chroot(b'/proc/@PID@/root'), libc.setuid(0), libc.setgid(0))",
            "print(open('@SECRET@').read())",
        ),
    ),
    Payload(
        name="processes-kernel",
        goal="load code into the kernel, or have it report on others",
        code=CALL
        + each(
            "for number in (175, 313, 321, 298, 425, 248, 250, 165, 246, 169, 304, 323):\n"
            "    print(number, libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())",
        ),
    ),
    Payload(
        name="processes-cgroups-and-core",
        goal="leave its control group, or have the kernel run a program for it",
        code=each(
            "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/touch @DROP@/core')",
            "open('/sys/fs/cgroup/cgroup.procs', 'w').write('1')",
            "open('/sys/fs/cgroup/memory.max', 'w').write('max')",
            "open('/proc/self/oom_score_adj', 'w').write('-1000')",
            "open('/proc/@PID@/oom_score_adj', 'w').write('1000')",
            "open('/proc/sysrq-trigger', 'w').write('x')",
        ),
    ),
]
