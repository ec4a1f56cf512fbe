#!/usr/bin/env python3
"""Publishes one request and prints the acknowledgement. See docs/publisher.md.

usage: publisher.py ENDPOINT PRINCIPAL SOURCE_ID WORDS [CELL]
"""
import secrets, sys, time
import zmq
from huying.v1 import common_pb2, session_pb2

endpoint, principal, source_id, words = sys.argv[1:5]
hello = session_pb2.ClientFrame(hello=session_pb2.Hello(
    protocol_version=1, principal=principal, role=common_pb2.ROLE_PUBLISHER,
    session_nonce=secrets.randbits(63) + 1, program="publisher.py"))
publish = session_pb2.ClientFrame()
publish.publish.tag = 1
publish.publish.request.source_id = source_id  # your own id: sending it again is harmless, for good
publish.publish.request.text.plain = words
publish.publish.request.location.cell = sys.argv[5] if len(sys.argv) > 5 else ""

socket = zmq.Context().socket(zmq.DEALER)
socket.linger = 0
socket.connect(endpoint)
socket.send(hello.SerializeToString())
give_up_at = time.monotonic() + 60
while time.monotonic() < give_up_at:
    if not socket.poll(500):  # milliseconds: something is to be sent at least this often
        socket.send(session_pb2.ClientFrame(heartbeat=session_pb2.Heartbeat()).SerializeToString())
        continue
    frame = session_pb2.BrokerFrame.FromString(socket.recv())
    if frame.HasField("welcome"):
        socket.send(publish.SerializeToString())
    elif frame.HasField("refusal"):
        sys.exit(f"refused: {frame.refusal.error} {frame.refusal.detail}")
    elif frame.HasField("publish_acks"):
        ack = frame.publish_acks.acks[0]
        print(ack.case_number or "-", ack.cell, "known" if ack.known else "new", f"error {ack.error} {ack.detail}")
        sys.exit(0 if ack.error == 0 else 1)
sys.exit("no answer")
