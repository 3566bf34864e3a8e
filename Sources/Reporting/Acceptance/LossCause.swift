import SorterModel

/// Who must act on a loss: a first attribution by its cause, which those who sign may change.
public enum Party: String, CaseIterable, Sendable {
  /// The mail: how it comes, what it bears, what it measures.
  case mail
  /// The operation: plan, look-up, crew, bins that are not emptied, what people order.
  case operation
  /// The machine: belt, diverters, tracking, timing, link.
  case machine
  /// Nobody: the run ended while it was under way.
  case nobody = "-"
}

/// What the machine did with a moment of the machine time: exactly one of these, in this order of weight.
public enum TimeCause: String, CaseIterable, Sendable {
  /// Not in production by its PackML state or mode: stopped, aborted, idle, in maintenance.
  case outOfService = "out_of_service"
  /// The controller was away: a crash ended it, and the run went on later.
  case controllerAway = "controller_away"
  /// A jam.
  case jam
  /// The belt stood for another reason.
  case beltStopped = "belt_stopped"
  /// The link to the machine was down, by the alarm `linkDown`.
  case linkDown = "link_down"
  /// Induction was held.
  case blocked
  /// The feeder had nothing to feed.
  case starved
  /// None of these.
  case sorting

  /// Whether it is down time of the machine as availability counts it.
  public var isDown: Bool { [.controllerAway, .jam, .beltStopped, .linkDown].contains(self) }

  /// Who must act on it.
  public var party: Party {
    switch self {
    case .outOfService, .blocked: .operation
    case .controllerAway, .jam, .beltStopped, .linkDown: .machine
    case .starved: .mail
    case .sorting: .nobody
    }
  }

  /// What it is called in the report.
  public var title: String {
    switch self {
    case .outOfService: "out of service"
    case .controllerAway: "controller away"
    case .jam: "jam"
    case .beltStopped: "belt stopped"
    case .linkDown: "link down"
    case .blocked: "induction held"
    case .starved: "no mail"
    case .sorting: "sorting"
    }
  }
}

extension Reason {
  /// Who must act on pieces that were not sorted for this reason.
  var party: Party {
    switch self {
    case .noRead, .multiRead, .tooLong, .tooThick, .tooHeavy, .tooSmall: .mail
    case .noData, .invalidDestination, .binFull, .binDisabled, .lapLimit, .flushed: .operation
    case .none, .gapTooSmall, .assignmentTimeout, .diverterFault, .divertTimeout, .divertRefused,
      .unexpectedPiece, .lostInTrack, .linkDown:
      .machine
    }
  }
}
