"""Sets ModbusCheck, sortline's own Modbus client and device, against mbpoll and pymodbus; called by check-modbus."""

import asyncio
import contextlib
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusSerialServer, ModbusTcpServer

PROGRAM = sys.argv[1]
checks = 0


def check(is_right, what):
    """Counts a check, and ends everything at the first that fails."""
    global checks
    if not is_right:
        sys.exit(f"check-modbus: WRONG: {what}")
    checks += 1


@contextlib.contextmanager
def serial_pair():
    """Two ports that are one line."""
    with tempfile.TemporaryDirectory() as folder:
        ends = [os.path.join(folder, name) for name in ("left", "right")]
        socat = subprocess.Popen(["socat", *(f"PTY,link={end},raw,echo=0" for end in ends)])
        try:
            deadline = time.monotonic() + 10
            while not all(os.path.exists(end) for end in ends):
                check(time.monotonic() < deadline, "socat makes a pair of ports")
                time.sleep(0.02)
            yield ends
        finally:
            socat.terminate()
            socat.wait()


@contextlib.contextmanager
def our_device(endpoint):
    """sortline's device, and the port it listens on."""
    device = subprocess.Popen(
        [PROGRAM, "serve", endpoint], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = device.stdout.readline()
        check(line.startswith("port "), f"our device starts on {endpoint}: {line}")
        yield int(line.split()[1])
    finally:
        device.stdin.close()
        check(device.wait(20) == 0, "our device ends by itself")


def pymodbus_asks(client, name):
    """Every function by pymodbus's client, with limits and refusals."""
    check(client.connect(), f"{name} connects")
    for count in (1, 9, 2000):
        bits = client.read_discrete_inputs(0, count=count).bits[:count]
        check(bits == [n % 3 == 0 for n in range(count)], f"{name}: function 2, {count}")
    for count in (1, 125):
        registers = client.read_input_registers(3, count=count).registers
        check(registers == [7 * (n + 3) for n in range(count)], f"{name}: function 4, {count}")
    for state in (True, False, True):
        check(not client.write_coil(7, state).isError(), f"{name}: function 5")
        check(client.read_coils(7, count=1).bits[0] is state, f"{name}: function 1")
    for count in (1, 17, 1968):
        written = [n % 5 < 2 for n in range(count)]
        check(not client.write_coils(30, written).isError(), f"{name}: function 15, {count}")
        check(client.read_coils(30, count=count).bits[:count] == written, f"{name}: function 1, {count}")
    check(not client.write_register(9, 65535).isError(), f"{name}: function 6")
    check(client.read_holding_registers(9, count=1).registers == [65535], f"{name}: function 3")
    for count in (1, 123):
        written = [(n * 517 + count) % 65536 for n in range(count)]
        check(not client.write_registers(100, written).isError(), f"{name}: function 16, {count}")
        check(client.read_holding_registers(100, count=count).registers == written, f"{name}: function 3, {count}")
    client.write_register(4, 0x12)
    check(not client.mask_write_register(address=4, and_mask=0xF2, or_mask=0x25).isError(), f"{name}: function 22")
    check(client.read_holding_registers(4, count=1).registers == [0x17], f"{name}: function 22's effect")
    written = [3 * n for n in range(121)]
    answer = client.readwrite_registers(read_address=0, read_count=125, write_address=0, values=written)
    check(answer.registers[:121] == written, f"{name}: function 23")
    check(client.read_input_registers(60000, count=1).exception_code == 2, f"{name}: a refused address")
    check(client.read_holding_registers(299, count=2).exception_code == 2, f"{name}: a range beyond the end")
    check(client.read_exception_status().exception_code == 1, f"{name}: a function that is not there")
    client.close()


def mbpoll(arguments, name):
    """mbpoll's answer: the values by their reference."""
    done = subprocess.run(["mbpoll", *arguments], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"{name}: {done.stdout}{done.stderr}")
    return {int(key): int(value) for key, value in re.findall(r"^\[(\d+)\]:\s+(\d+)", done.stdout, re.M)}


def mbpoll_asks(device, options, name):
    """Reads and writes all four tables with mbpoll."""
    common = [*options, "-0", "-a", "1", "-o", "3"]
    read = [*common, "-1"]
    found = mbpoll([*read, "-t", "3", "-r", "10", "-c", "5", *device], f"{name} reads inputs")
    check(found == {n: n * 7 for n in range(10, 15)}, f"{name} reads inputs: {found}")
    found = mbpoll([*read, "-t", "1", "-r", "0", "-c", "10", *device], f"{name} reads discretes")
    check(found == {n: int(n % 3 == 0) for n in range(10)}, f"{name} reads discretes: {found}")
    for values in ([4711], [1, 2, 65535]):
        mbpoll([*common, "-t", "4", "-r", "200", *device, *map(str, values)], f"{name} writes registers")
        found = mbpoll([*read, "-t", "4", "-r", "200", "-c", str(len(values)), *device], f"{name} reads registers")
        check(list(found.values()) == values, f"{name} writes registers: {found}")
    for values in ([1], [1, 0, 1, 1]):
        mbpoll([*common, "-t", "0", "-r", "50", *device, *map(str, values)], f"{name} writes coils")
        found = mbpoll([*read, "-t", "0", "-r", "50", "-c", str(len(values)), *device], f"{name} reads coils")
        check(list(found.values()) == values, f"{name} writes coils: {found}")


def pymodbus_context():
    """A device of pymodbus that is filled as ours is; its blocks count from 1 for wire address 0."""
    return ModbusServerContext(
        devices=ModbusDeviceContext(
            di=ModbusSequentialDataBlock(1, [n % 3 == 0 for n in range(2000)]),
            co=ModbusSequentialDataBlock(1, [False] * 2000),
            ir=ModbusSequentialDataBlock(1, [7 * n for n in range(300)]),
            hr=ModbusSequentialDataBlock(1, [0] * 300)),
        single=True)


@contextlib.contextmanager
def pymodbus_device(make):
    """A device of pymodbus in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    held = {}

    async def run():
        held["server"] = server = make()
        # Without background it would return when the server ends.
        await server.serve_forever(background=True)
        ready.set()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(run(), loop).result(10)
    check(ready.wait(10), "pymodbus's device starts")
    try:
        yield held["server"]
    finally:
        asyncio.run_coroutine_threadsafe(held["server"].shutdown(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def we_ask(endpoint, name):
    """Every function by sortline's client."""
    done = subprocess.run([PROGRAM, "ask", endpoint, "1"], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"our client asks {name}:\n{done.stdout}{done.stderr}")
    right = done.stdout.count("right: ")
    check(right >= 20, f"our client asks {name}: only {right} checks")


def main():
    """TCP first, then the serial line, in both directions."""
    # Refusals are asked for here; pymodbus logs each.
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    with our_device("127.0.0.1") as port:
        pymodbus_asks(ModbusTcpClient("127.0.0.1", port=port), "pymodbus on TCP")
        mbpoll_asks(["127.0.0.1"], ["-p", str(port)], "mbpoll on TCP")
    print("mbpoll and pymodbus ask our device on TCP: right")
    with serial_pair() as (left, right), our_device(f"rtu:{left}:115200:8N1"):
        pymodbus_asks(
            ModbusSerialClient(right, baudrate=115200, parity="N", timeout=3), "pymodbus on a serial line")
        mbpoll_asks([right], ["-m", "rtu", "-b", "115200", "-P", "none"], "mbpoll on a serial line")
    print("mbpoll and pymodbus ask our device on a serial line: right")
    with pymodbus_device(lambda: ModbusTcpServer(pymodbus_context(), address=("127.0.0.1", 0))) as server:
        port = server.transport.sockets[0].getsockname()[1]
        we_ask(f"127.0.0.1:{port}", "pymodbus on TCP")
    print("our client asks pymodbus on TCP: right")
    with serial_pair() as (left, right), pymodbus_device(
        lambda: ModbusSerialServer(pymodbus_context(), port=left, baudrate=115200, parity="N")):
        we_ask(f"rtu:{right}:115200:8N1", "pymodbus on a serial line")
    print("our client asks pymodbus on a serial line: right")
    print(f"check-modbus: {checks} checks, all right")


main()
