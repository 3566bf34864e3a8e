import Glibc
import Quantities
import Synchronization
import Telemetry

/// A scanner's byte stream: accepted, connected to or standard input; belongs to the feed's thread.
///
/// Where it listens, one scanner is served; another takes its place only when the first has been
/// silent for five seconds, because a scanner that lost its power leaves a dead connection behind.
final class LineSocket: @unchecked Sendable {
  private let source: ScannerSource
  private var listener: Int32 = -1
  private var stream: Int32 = -1
  private var quietSince: Int64 = 0
  private var nextTry: Int64 = 0
  private var pause: Int64 = LineSocket.firstPause
  private(set) var port: UInt16 = 0
  /// The earliest moment at which the bytes that were read last can have come.
  private(set) var arrivedAt = Nanoseconds.zero
  /// A moment at which nothing waited to be read.
  private var emptyAt = MonotonicClock.now()
  /// How many came while another was being heard.
  let turnedAway = Atomic<UInt64>(0)

  private static let firstPause: Int64 = 100
  private static let longestPause: Int64 = 5000
  private static let patienceWithSilent: Int64 = 5000

  /// How long a look at a connected scanner lasts, in milliseconds: what comes is known to have come no earlier.
  private static let look: Int32 = 5

  enum Found { case bytes(Int), nothing, ended }

  var isConnected: Bool { stream >= 0 }

  init(_ source: ScannerSource, allowsBeyondLoopback: Bool) throws(ScannerFeedError) {
    self.source = source
    switch source {
    case .standardInput: stream = 0
    case .connect(let host, let port): _ = try SocketAddress(host, port)
    case .listen(let host, let port):
      let address = try SocketAddress(host, port)
      guard allowsBeyondLoopback || address.isLoopback else {
        throw ScannerFeedError(
          description:
            "a scanner feed at \(host):\(port) could be reached from other machines; expected a loopback address such as 127.0.0.1"
        )
      }
      listener = address.listen()
      if listener < 0 {
        throw ScannerFeedError(
          description: "cannot listen for a scanner at \(host):\(port): \(systemText(errno))")
      }
      self.port = SocketAddress.port(of: listener) ?? port
    }
  }

  /// Waits at most `patience` milliseconds for bytes, connecting and accepting as needed.
  ///
  /// A scanner that is there is waited for no longer than `look`, whatever the patience.
  func read(into bytes: inout [UInt8], patience: Int32) -> Found {
    if case .connect(let host, let port) = source, stream < 0 { return tryToConnect(host, port, patience) }
    var polled = [
      pollfd(fd: stream, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
    ]
    let asked = MonotonicClock.now()
    // poll skips what is negative.
    guard unsafe poll(&polled, 2, stream >= 0 ? min(patience, Self.look) : patience) > 0 else {
      emptyAt = asked
      return .nothing
    }
    if polled[1].revents != 0 { accept() }
    guard stream >= 0, polled[0].revents != 0 else { return .nothing }
    let found = MonotonicClock.now()
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(stream, $0.baseAddress, $0.count) }
    if count > 0 {
      quietSince = Self.now()
      arrivedAt = Self.arrival(foundAt: found, lastEmptyAt: emptyAt)
      if count < bytes.count { emptyAt = found }
      return .bytes(count)
    }
    if count < 0 && (errno == EINTR || errno == EAGAIN) { return .nothing }
    if case .standardInput = source { return .ended }
    drop()
    return .nothing
  }

  /// When bytes came that were found at a moment: then, unless this thread was kept from looking.
  ///
  /// A process that was stopped finds lines of all that time at once, and which of them is old nobody can tell.
  static func arrival(foundAt found: Nanoseconds, lastEmptyAt empty: Nanoseconds) -> Nanoseconds {
    found - empty > .milliseconds(2 * Int64(look)) ? empty : found
  }

  func close() {
    drop()
    if listener >= 0 { _ = Glibc.close(listener) }
    listener = -1
  }

  private func drop() {
    guard stream > 0 else { return }
    _ = Glibc.close(stream)
    stream = -1
  }

  private func accept() {
    let taken = Glibc.accept(listener, nil, nil)
    guard taken >= 0 else { return }
    _ = fcntl(taken, F_SETFD, FD_CLOEXEC)
    if stream >= 0 && Self.now() - quietSince < Self.patienceWithSilent {
      _ = Glibc.close(taken)
      turnedAway.add(1, ordering: .relaxed)
      return
    }
    drop()
    stream = taken
    quietSince = Self.now()
    emptyAt = MonotonicClock.now()
  }

  /// Connects, with longer and longer pauses between tries.
  private func tryToConnect(_ host: String, _ port: UInt16, _ patience: Int32) -> Found {
    let wait = nextTry - Self.now()
    if wait > 0 {
      _ = poll(nil, 0, min(patience, Int32(wait)))
      return .nothing
    }
    guard let address = try? SocketAddress(host, port) else { return .nothing }
    stream = address.connect(patience: 200)
    pause = stream >= 0 ? Self.firstPause : min(pause * 2, Self.longestPause)
    nextTry = Self.now() + pause
    quietSince = Self.now()
    emptyAt = MonotonicClock.now()
    return .nothing
  }

  private static func now() -> Int64 {
    var clock = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &clock)
    return Int64(clock.tv_sec) * 1000 + Int64(clock.tv_nsec) / 1_000_000
  }
}
