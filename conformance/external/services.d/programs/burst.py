# 500 datagrams as fast as they go, to somebody who does not read them.
import socket

receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 99))
sender = socket.socket(type=socket.SOCK_DGRAM)
for _ in range(500):
    sender.sendto(b"x" * 400, ("127.0.0.1", 99))
