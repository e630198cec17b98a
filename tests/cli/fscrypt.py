"""Encrypt an empty directory by fscrypt, with a new key that nobody keeps. Usage: fscrypt.py DIRECTORY.
Numbers: linux/fscrypt.h."""
import fcntl
import os
import struct
import sys

ADD_KEY = 3 << 30 | 80 << 16 | ord("f") << 8 | 23
SET_POLICY = 2 << 30 | 12 << 16 | ord("f") << 8 | 19
BY_IDENTIFIER, POLICY_V2, AES_256_XTS, AES_256_CTS = 2, 2, 1, 4
KEY_BYTES = 64

directory = os.open(sys.argv[1], os.O_RDONLY)
argument = bytearray(struct.pack("II32xI36x", BY_IDENTIFIER, 0, KEY_BYTES) + os.urandom(KEY_BYTES))
fcntl.ioctl(directory, ADD_KEY, argument)
identifier = bytes(argument[8:24])
fcntl.ioctl(directory, SET_POLICY, struct.pack("BBBB4x16s", POLICY_V2, AES_256_XTS, AES_256_CTS, 0, identifier))
