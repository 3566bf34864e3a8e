import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// What became of a command, once and for all.
public enum CommandOutcome: UInt8, CaseIterable, Sendable {
  /// The machine carried it out, or will.
  case accepted
  /// Its deadline had passed, by the machine's word or before it was sent.
  case late
  /// The machine will not carry it out, or it was not sent because the machine is not being driven.
  case refused
  /// The machine did not answer in time.
  case timedOut
  /// The machine began anew, or the port stopped, before an answer came.
  case unknown
}

/// Every command from its arrival to its one outcome: what waits, what is under way, what became of the rest.
struct CommandBook {
  /// A command that was given a number of the mailbox.
  struct Order {
    var given: PortCommand
    /// What lies in the mailbox.
    var slot: CommandSlot
    /// The mailbox number, extended to 64 bits.
    var number: Int64
    /// When it was first written.
    var writtenAt: Instant
    /// Whether it must (still) be written.
    var isToWrite = true
    /// Whether it had its outcome already, and only its number is waited for.
    var isClosed = false
  }

  /// Commands that have no number yet, oldest first.
  private(set) var waiting: [PortCommand] = []
  /// Commands with a number and no answer, in the order of their numbers.
  var underWay: [Order] = []
  /// The number of the last command that was answered.
  private(set) var done: Int64
  /// How many commands were taken in.
  private(set) var taken: UInt64 = 0
  /// How many were never sent.
  private(set) var dropped: UInt64 = 0
  /// How many ended in each way, by `CommandOutcome`.
  private(set) var tallies = [UInt64](repeating: 0, count: CommandOutcome.allCases.count)

  /// A book that goes on after the mailbox number that a machine shows.
  init(done: UInt16 = 0) { self.done = Int64(done) }

  /// The last number that was given.
  var last: Int64 { underWay.last?.number ?? done }

  /// How many commands have no outcome yet.
  var open: Int { waiting.count + underWay.reduce(0) { $0 + ($1.isClosed ? 0 : 1) } }

  /// Whether a command to hold or to release induction waits or is under way.
  var holdsInductionCommand: Bool {
    func isHold(_ given: PortCommand) -> Bool {
      given.command.kind == .holdInduction || given.command.kind == .releaseInduction
    }
    return waiting.contains(where: isHold) || underWay.contains { isHold($0.given) }
  }

  /// Takes a command in.
  mutating func take(_ command: PortCommand) {
    taken += 1
    waiting.append(command)
  }

  /// A command that needs no mailbox has its outcome.
  mutating func close(_ outcome: CommandOutcome, wasSent: Bool) {
    tallies[Int(outcome.rawValue)] += 1
    if !wasSent { dropped += 1 }
  }

  /// Takes out of the queue what `isOver` says is over, in order; the caller closes each.
  mutating func removeWaiting(where isOver: (PortCommand) -> Bool) -> [PortCommand] {
    var over: [PortCommand] = []
    waiting.removeAll { command in
      guard isOver(command) else { return false }
      over.append(command)
      return true
    }
    return over
  }

  /// Gives the oldest waiting command the next number.
  mutating func begin(_ slot: CommandSlot, at now: Instant) {
    let number = last + 1
    var slot = slot
    slot.sequence = UInt16(truncatingIfNeeded: number)
    underWay.append(Order(given: waiting.removeFirst(), slot: slot, number: number, writtenAt: now))
  }

  /// Takes out the oldest command under way: the machine answered its number.
  mutating func answered() -> Order {
    done += 1
    return underWay.removeFirst()
  }

  /// Gives everything under way up and goes on after another mailbox number; answers what was open.
  mutating func startAnew(done: UInt16) -> [PortCommand] {
    let given = underWay.filter { !$0.isClosed }.map(\.given)
    underWay.removeAll()
    self.done = Int64(done)
    return given
  }
}
