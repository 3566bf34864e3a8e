import Glibc
import Synchronization

/// What the person who runs the program asked for by a signal.
///
/// The first SIGINT, SIGTERM or SIGHUP asks the run to stop at its next safe point; another one, half
/// a second later or more, ends the process at once. One that comes sooner is the same wish: timeout(1)
/// signals the process and then its group. The handler reads a clock, stores to atomics, and in the
/// last case writes seven bytes and leaves: all are safe in a signal handler.
package enum Interruption {
  private static let received = Atomic<Int32>(0)
  /// When the first signal came, in milliseconds of a clock that never goes back; 0 until then.
  private static let receivedAt = Atomic<Int64>(0)
  private static let hiddenCursor = Atomic<Int32>(-1)

  /// Whether a stop was asked for.
  package static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// The name of the signal that asked for it.
  package static var signalName: String {
    switch received.load(ordering: .relaxed) {
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: "no signal"
    }
  }

  /// Begins to listen; called once before the work starts.
  package static func install() {
    // Touched here so that the handler finds them made.
    received.store(0, ordering: .relaxed)
    receivedAt.store(0, ordering: .relaxed)
    hiddenCursor.store(-1, ordering: .relaxed)
    TerminalGuard.leave()
    // Whoever started the program may have left these signals blocked.
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      unsafe sigaddset(&wanted, number)
      var action = sigaction()
      // Under nohup a closed terminal is to be survived.
      if number == SIGHUP, unsafe sigaction(number, nil, &action) == 0, isIgnored(action) { continue }
      unsafe action.__sigaction_handler.sa_handler = { number in Interruption.handle(number) }
      _ = unsafe sigaction(number, &action, nil)
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Says on which descriptor's terminal the cursor is hidden, so that it is shown again in any case.
  package static func noteHiddenCursor(on descriptor: Int32?) {
    hiddenCursor.store(descriptor ?? -1, ordering: .relaxed)
  }

  private static func handle(_ number: Int32) {
    let now = monotonicMilliseconds()
    let (isFirst, first) = receivedAt.compareExchange(expected: 0, desired: now, ordering: .relaxed)
    if isFirst { received.store(number, ordering: .relaxed) }
    if isFirst || now - first < 500 { return }
    TerminalGuard.leave()
    let descriptor = hiddenCursor.load(ordering: .relaxed)
    if descriptor >= 0 {
      var show: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0x1B, 0x5B, 0x3F, 0x32, 0x35, 0x68, 0x0A)
      _ = unsafe write(descriptor, &show, 7)
    }
    _exit(ExitCode.interrupted.rawValue)
  }

  private static func monotonicMilliseconds() -> Int64 {
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000 + 1
  }
}
