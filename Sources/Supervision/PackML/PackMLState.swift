/// A state of a machine by ISA-TR88.00.02 (PackML): the 17 of the standard, and "undefined".
///
/// The raw values are the numbers of the tag `Status.StateCurrent`, as TR88.00.02-2022 gives them and the
/// PackML libraries of PLC makers use them.
@frozen
public enum PackMLState: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// No state is known.
  case undefined = 0
  /// Faults are being cleared after an abort.
  case clearing = 1
  /// At a standstill, and to be reset before it can start.
  case stopped = 2
  /// On its way to producing.
  case starting = 3
  /// Ready to start.
  case idle = 4
  /// Waiting for what is outside: no mail (starved), or nowhere to put it (blocked).
  case suspended = 5
  /// Sorting.
  case execute = 6
  /// On its way to a standstill by order.
  case stopping = 7
  /// On its way to a standstill in haste.
  case aborting = 8
  /// At a standstill after an abort, such as an emergency stop.
  case aborted = 9
  /// On its way to held.
  case holding = 10
  /// Waiting for what is inside the machine, such as a jam.
  case held = 11
  /// On its way from held back to sorting.
  case unholding = 12
  /// On its way to suspended.
  case suspending = 13
  /// On its way from suspended back to sorting.
  case unsuspending = 14
  /// On its way to idle.
  case resetting = 15
  /// No more mail is fed; what is on the machine is still sorted.
  case completing = 16
  /// All mail is sorted.
  case complete = 17

  /// The state's name as the standard writes it, such as `Execute`.
  public var name: String {
    let text = String(describing: self)
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// Whether it ends by itself when its work is done; the others wait for a command.
  ///
  /// Execute counts as a state that waits: in TR88.00.02-2022 the Complete command ends it.
  public var isActing: Bool { next != nil }

  /// Where the end of its work leads; nil for a state that waits.
  public var next: PackMLState? {
    switch self {
    case .clearing, .stopping: .stopped
    case .starting, .unholding, .unsuspending: .execute
    case .aborting: .aborted
    case .holding: .held
    case .suspending: .suspended
    case .resetting: .idle
    case .completing: .complete
    case .undefined, .stopped, .idle, .suspended, .execute, .aborted, .held, .complete: nil
    }
  }
}

/// An operating mode of a machine by ISA-TR88.00.02; the raw values are those of `Status.UnitModeCurrent`.
@frozen
public enum PackMLMode: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// No mode is known.
  case undefined = 0
  /// Sorts mail.
  case production = 1
  /// Moves under the hands of those who repair it, with sensors and gates exercised one by one.
  case maintenance = 2
  /// Moves step by step at an operator's word.
  case manual = 3

  /// The mode's name in files.
  public var name: String { String(describing: self) }
}
