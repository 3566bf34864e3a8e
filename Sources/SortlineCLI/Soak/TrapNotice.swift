import ControlRuntime
import Glibc
import Soak
import Synchronization

/// Says which seeds were under way when the program itself fails: a trap has no words of its own for that.
///
/// The handler reads counters, writes to standard error and lets the signal do what it does: all that is safe there.
enum TrapNotice {
  private static let start = Atomic<UInt64>(0)
  private static let isSet = Atomic<Bool>(false)
  private static let underWay = CounterBlock(count: SoakHunt.mostJobs)

  /// Listens for the signals of a process that fails, for the seeds of a hunt, which notes them in the counters.
  static func install(for start: UInt64) -> CounterBlock {
    self.start.store(start, ordering: .relaxed)
    isSet.store(true, ordering: .relaxed)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in TrapNotice.handle(number) }
      // Once: the second time the signal ends the process.
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND) | UInt32(SA_NODEFER))
      _ = unsafe sigaction(number, &action, nil)
    }
    return underWay
  }

  private static func handle(_ number: Int32) {
    guard isSet.exchange(false, ordering: .relaxed) else { return }
    say("sortline: the program failed while these seeds were under way:")
    for job in 0..<underWay.count where underWay[job] > 0 {
      say(" ")
      say(start.load(ordering: .relaxed) &+ UInt64(underWay[job] - 1))
    }
    say("\n")
    _ = raise(number)
  }

  private static func say(_ words: StaticString) {
    _ = unsafe write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
  }

  private static func say(_ number: UInt64) {
    var power: UInt64 = 1
    while number / power >= 10 { power *= 10 }
    while power > 0 {
      var digit = UInt8(ascii: "0") + UInt8(number / power % 10)
      _ = unsafe write(STDERR_FILENO, &digit, 1)
      power /= 10
    }
  }
}
