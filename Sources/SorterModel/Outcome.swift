/// Why a piece was not sorted: the one closed list, used in every log and figure.
@frozen
public enum Reason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// No reason: the piece was sorted.
  case none = 0
  /// The scanner found no code.
  case noRead
  /// The scanner found several codes that disagree; also how a double feed shows that was noticed.
  case multiRead
  /// A code was read, but no data for it arrived in time.
  case noData
  /// No rule of the sort plan covers the destination.
  case invalidDestination
  /// Longer or wider than every size class allows.
  case tooLong
  /// Thicker than every size class allows.
  case tooThick
  /// Heavier than every size class allows.
  case tooHeavy
  /// Smaller or lighter than every size class allows, or of a shape that none takes.
  case tooSmall
  /// Too close to the piece before it to be diverted alone.
  case gapTooSmall
  /// The assignment came too late for its decision point.
  case assignmentTimeout
  /// Every bin that may take the piece was full.
  case binFull
  /// Every bin that may take the piece was out of service.
  case binDisabled
  /// The diverter reported a fault.
  case diverterFault
  /// The divert was commanded and never confirmed.
  case divertTimeout
  /// The machine refused the divert.
  case divertRefused
  /// A piece was seen where none was expected.
  case unexpectedPiece
  /// The piece was not where its tracking said it would be.
  case lostInTrack
  /// The piece went round as often as it may.
  case lapLimit
  /// The link to the machine was down.
  case linkDown
  /// The machine was flushed.
  case flushed
}

extension Reason {
  /// The reason's name in files and logs.
  public var name: String { self == .none ? "" : String(describing: self) }

  /// The reason with this name, if there is one.
  public init?(name: String) {
    guard let reason = Self.allCases.first(where: { $0 != .none && $0.name == name }) else { return nil }
    self = reason
  }
}

/// How a piece ended. Every piece ends exactly once.
@frozen
public enum Outcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Still on the machine.
  case onMachine = 0
  /// In a bin that its sort plan names.
  case sorted
  /// In a reject bin, with a reason.
  case rejected
  /// Taken off by a person.
  case removed
  /// Nobody knows where it is.
  case lost
}

extension Outcome {
  /// The outcome's name in files and logs.
  public var name: String { self == .onMachine ? "on_machine" : String(describing: self) }
}

/// What the scanner made of a piece.
@frozen
public enum ReadQuality: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// One code, with its data.
  case good = 0
  /// No code.
  case noRead
  /// Several codes that disagree.
  case multiRead
  /// A code without data.
  case noData
}

extension ReadQuality {
  /// The quality's name in files and logs.
  public var name: String { String(describing: self) }

  /// Why a piece with this reading is not sorted; `.none` for a good one.
  @inlinable public var reason: Reason {
    switch self {
    case .good: .none
    case .noRead: .noRead
    case .multiRead: .multiRead
    case .noData: .noData
    }
  }
}

/// How a bin was chosen for a piece.
@frozen
public enum Choice: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// A bin that the plan's rule names first.
  case primary = 0
  /// One of the rule's alternates.
  case alternate
  /// An overflow bin.
  case overflow
  /// A reject bin.
  case reject
  /// No bin yet: round once more.
  case recirculate
}

extension Choice {
  /// The choice's name in files and logs.
  public var name: String { String(describing: self) }
}
