import Glibc
import Synchronization

@testable import ModbusPlant

/// One connection of a `ScriptedPeer`: raw bytes in and out, for misbehaviour that no real device can show.
struct ScriptedConnection {
  let descriptor: Int32

  /// The next request, whole; nil when the client has closed or says nothing for 3 s.
  func receiveRequest() -> [UInt8]? {
    guard let head = receive(6) else { return nil }
    guard let rest = receive(Int(head[4]) << 8 | Int(head[5])) else { return nil }
    return head + rest
  }

  /// Exactly so many bytes, or nil.
  func receive(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    let deadline = monotonicNow() + 3_000_000_000
    while bytes.count < count {
      guard waitUntilReady(descriptor, for: POLLIN, until: deadline) else { return nil }
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let got = unsafe recv(descriptor, &part, part.count, 0)
      guard got > 0 else { return nil }
      bytes += part.prefix(got)
    }
    return bytes
  }

  /// Sends the bytes as one segment; false when the client is gone.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Waits until the client closes, or for so many milliseconds.
  func waitForClose(milliseconds: Int64 = 3_000) {
    let deadline = monotonicNow() + milliseconds * 1_000_000
    while waitUntilReady(descriptor, for: POLLIN, until: deadline) {
      var bytes = [UInt8](repeating: 0, count: 512)
      if unsafe recv(descriptor, &bytes, bytes.count, 0) <= 0 { return }
    }
  }

  /// Lets time pass, or less when the client closes.
  func pause(milliseconds: Int64) {
    _ = waitUntilReady(descriptor, for: pollReadHangup, until: monotonicNow() + milliseconds * 1_000_000)
  }

  /// Makes the close that follows a reset.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }
}

private let pollReadHangup: Int32 = 0x2000

/// A TCP peer that does to each connection what a script says, and counts them; ends with `stop`.
final class ScriptedPeer: Sendable {
  let port: UInt16
  let connections = Atomic<Int>(0)
  private let socket: Int32
  private let wake: WakePipe
  private let thread = Guarded<PosixThread?>(nil)

  /// Listens, and runs the script for one connection after another; the number counts them from 0.
  init(_ script: @escaping @Sendable (ScriptedConnection, Int) -> Void) throws {
    let wake = try WakePipe()
    self.wake = wake
    let opened = try ListeningSocket.open("127.0.0.1", 0)
    (socket, port) = (opened.descriptor, opened.port)
    let listener = opened.descriptor
    thread.withLock { thread in
      thread = PosixThread { [self] in
        while true {
          var entries = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.listening, events: Int16(POLLIN), revents: 0),
          ]
          _ = unsafe poll(&entries, 2, -1)
          if entries[1].revents != 0 { return }
          let client = accept(listener, nil, nil)
          if client < 0 { continue }
          SocketOptions.set(client, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
          let number = connections.add(1, ordering: .relaxed).oldValue
          script(ScriptedConnection(descriptor: client), number)
          _ = close(client)
        }
      }
    }
  }

  func stop() {
    wake.wake()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
    _ = close(socket)
    wake.close()
  }

  /// A client of this peer that is not connected yet.
  func client(
    response: Int64 = 3_000, unit: UInt8 = 1, transaction: UInt16 = 1
  ) -> ModbusClient {
    ModbusClient(
      .tcp(host: "127.0.0.1", port: port), unit: unit,
      timeouts: ModbusTimeouts(connect: .seconds(3), response: .milliseconds(response)),
      transaction: transaction)
  }
}

/// The right answer to a request frame, as a device with these registers would give it: register n holds n.
func rightAnswer(_ request: [UInt8]) -> [UInt8] {
  let function = request[7]
  let address = Int(request[8]) << 8 | Int(request[9])
  let count = Int(request[10]) << 8 | Int(request[11])
  var pdu: [UInt8] = [function]
  switch function {
  case 1, 2:
    pdu.append(UInt8((count + 7) / 8))
    pdu += [UInt8](repeating: 0b0101_0101, count: (count + 7) / 8)
  case 3, 4, 23:
    pdu.append(UInt8(count * 2))
    for index in address..<address + count { pdu += [UInt8(index >> 8 & 0xFF), UInt8(index & 0xFF)] }
  case 22: pdu = Array(request[7..<14])
  default: pdu = Array(request[7..<12])
  }
  let length = pdu.count + 1
  return Array(request[0..<4]) + [UInt8(length >> 8), UInt8(length & 0xFF), request[6]] + pdu
}
