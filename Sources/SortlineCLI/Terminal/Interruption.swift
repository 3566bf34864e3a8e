import Glibc
import Synchronization

/// What the person who runs the program asked for by a signal.
///
/// The first SIGINT, SIGTERM or SIGHUP asks the run to stop at its next safe point; a second one
/// ends the process at once. The handler only stores to an atomic, and in the second case writes
/// five bytes and leaves: both are safe in a signal handler.
package enum Interruption {
  private static let received = Atomic<Int32>(0)
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
    hiddenCursor.store(-1, ordering: .relaxed)
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
    let earlier = received.exchange(number, ordering: .relaxed)
    if earlier == 0 { return }
    let descriptor = hiddenCursor.load(ordering: .relaxed)
    if descriptor >= 0 {
      var show: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0x1B, 0x5B, 0x3F, 0x32, 0x35, 0x68, 0x0A)
      _ = unsafe write(descriptor, &show, 7)
    }
    _exit(ExitCode.interrupted.rawValue)
  }
}
