import Glibc
import Synchronization

/// Gives the terminal back as it was, however the program ends: by itself, by a signal, or by a fault of its own.
///
/// While a full-screen view is up, the terminal shows its alternate screen, hides its cursor and hands over keys
/// unread and unseen. `leave` undoes that. It writes some bytes and sets the terminal's attributes: both may be
/// done in a signal handler.
package enum TerminalGuard {
  private static let screen = Atomic<Int32>(-1)
  private static let keyboard = Atomic<Int32>(-1)
  private static let saved = SavedAttributes()
  private static let faults = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]

  /// Memory that a signal handler may read.
  @safe
  private final class SavedAttributes: @unchecked Sendable {
    let place: UnsafeMutablePointer<termios>
    init() {
      unsafe place = .allocate(capacity: 1)
      unsafe place.initialize(to: termios())
    }
  }

  /// Whether a full-screen view may be drawn on `screen` and keys read from `keyboard`: terminals, in the foreground.
  package static func isPossible(screen: Int32, keyboard: Int32) -> Bool {
    isatty(screen) == 1 && isatty(keyboard) == 1 && tcgetpgrp(keyboard) == getpgrp()
  }

  /// Shows the alternate screen and takes keys one by one; false where the terminal does not obey.
  package static func enter(screen: Int32, keyboard: Int32) -> Bool {
    guard unsafe tcgetattr(keyboard, saved.place) == 0 else { return false }
    var attributes = unsafe saved.place.pointee
    attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
    // Ctrl-Z would stop the control thread in the middle of a run.
    unsafe withUnsafeMutableBytes(of: &attributes.c_cc) { keys in
      unsafe keys[Int(VSUSP)] = 0
      unsafe keys[Int(VMIN)] = 0
      unsafe keys[Int(VTIME)] = 0
    }
    guard unsafe tcsetattr(keyboard, TCSANOW, &attributes) == 0 else { return false }
    Self.keyboard.store(keyboard, ordering: .relaxed)
    Self.screen.store(screen, ordering: .relaxed)
    watchFaults(true)
    say("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", on: screen)
    return true
  }

  /// Gives the terminal back; does nothing where it was not taken. Safe in a signal handler.
  package static func leave() {
    let screen = screen.exchange(-1, ordering: .acquiringAndReleasing)
    guard screen >= 0 else { return }
    say("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l", on: screen)
    _ = unsafe tcsetattr(keyboard.load(ordering: .relaxed), TCSANOW, saved.place)
  }

  /// Gives the terminal back, and the handlers of faults too.
  package static func finish() {
    leave()
    watchFaults(false)
  }

  private static func say(_ text: StaticString, on descriptor: Int32) {
    _ = unsafe write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
  }

  /// A trap or an abort still ends the process, but not before the terminal is back.
  private static func watchFaults(_ on: Bool) {
    for number in faults {
      var action = sigaction()
      if on {
        unsafe action.__sigaction_handler.sa_handler = { number in
          TerminalGuard.leave()
          _ = raise(number)
        }
        // The second time it does what it always does.
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      } else {
        unsafe action.__sigaction_handler.sa_handler = SIG_DFL
      }
      _ = unsafe sigaction(number, &action, nil)
    }
  }
}
