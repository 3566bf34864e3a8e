/// A command to a machine by ISA-TR88.00.02; the raw values are those of the tag `Command.CntrlCmd`.
@frozen
public enum PackMLCommand: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Stopped or Complete to Idle.
  case reset = 1
  /// Idle to Execute.
  case start = 2
  /// To a standstill in good order.
  case stop = 3
  /// Wait for something inside the machine.
  case hold = 4
  /// It is put right: go on.
  case unhold = 5
  /// Wait for something outside the machine.
  case suspend = 6
  /// It is there: go on.
  case unsuspend = 7
  /// To a standstill at once.
  case abort = 8
  /// The cause of the abort is gone.
  case clear = 9
  /// Feed no more, sort what is on the machine.
  case complete = 10

  /// The command's name as the standard writes it, such as `Unhold`.
  public var name: String {
    let text = String(describing: self)
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}

/// Why a PackML command, a change of mode or a "state complete" was not obeyed.
@frozen
public enum PackMLRefusal: UInt8, CaseIterable, Sendable, BitwiseCopyable, Error {
  /// The command does not lead out of the present state.
  case notFromThisState = 1
  /// The number is that of no command.
  case unknownCommand
  /// The present state does not end by itself.
  case notActing
  /// The mode may not change in the present state.
  case modeNotFromThisState
  /// The number is that of no mode.
  case unknownMode
}

extension PackMLRefusal: CustomStringConvertible {
  /// The refusal in words.
  public var description: String {
    switch self {
    case .notFromThisState: "the command is not allowed in the present state"
    case .unknownCommand: "there is no command with this number"
    case .notActing: "the present state waits for a command"
    case .modeNotFromThisState: "the mode can be changed only in Stopped, Idle and Aborted"
    case .unknownMode: "there is no mode with this number"
    }
  }
}

extension PackMLState {
  /// Where a command leads from this state; nil where it is not allowed.
  ///
  /// The table of TR88.00.02-2022: Hold from Execute and Suspended; Complete from Execute, Held and
  /// Suspended; Stop from all but Stopping, Stopped and what belongs to an abort (Aborting, Aborted,
  /// Clearing); Abort from all but Aborting and Aborted.
  public func target(of command: PackMLCommand) -> PackMLState? {
    switch (command, self) {
    case (_, .undefined): nil
    case (.reset, .stopped), (.reset, .complete): .resetting
    case (.start, .idle): .starting
    case (.stop, .stopping), (.stop, .stopped), (.stop, .aborting), (.stop, .aborted), (.stop, .clearing): nil
    case (.stop, _): .stopping
    case (.hold, .execute), (.hold, .suspended): .holding
    case (.unhold, .held): .unholding
    case (.suspend, .execute): .suspending
    case (.unsuspend, .suspended): .unsuspending
    case (.abort, .aborting), (.abort, .aborted): nil
    case (.abort, _): .aborting
    case (.clear, .aborted): .clearing
    case (.complete, .execute), (.complete, .held), (.complete, .suspended): .completing
    default: nil
    }
  }

  /// Whether the mode may change in this state.
  ///
  /// TR88.00.02 leaves it to the machine's builder in which states modes meet; these three are those of its
  /// example of modes and of the predefined modes of makers' libraries: the machine stands still in each.
  public var allowsModeChange: Bool { self == .stopped || self == .idle || self == .aborted }
}
