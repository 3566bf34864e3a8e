import SorterModel

extension Reason {
  /// The reason as the second half of a sentence that begins with "because".
  package var because: String {
    switch self {
    case .none: "no reason was given"
    case .noRead: "the scanner found no code on it"
    case .multiRead: "the scanner found several codes on it that disagree"
    case .noData: "its code was read and no data for it came in time"
    case .invalidDestination: "no rule of the sort plan covers its destination"
    case .tooLong: "it is longer or wider than every size class allows"
    case .tooThick: "it is thicker than every size class allows (two pieces fed as one show like this too)"
    case .tooHeavy: "it is heavier than every size class allows"
    case .tooSmall: "it is smaller or lighter than every size class allows, or of a shape that none takes"
    case .gapTooSmall: "it came too close behind the piece before it to be diverted alone"
    case .assignmentTimeout: "its assignment came too late for the decision point"
    case .binFull: "every bin that may take it was full"
    case .binDisabled: "every bin that may take it was out of service"
    case .diverterFault: "the diverter reported a fault"
    case .divertTimeout: "its divert was commanded and never confirmed"
    case .divertRefused: "the machine refused the divert"
    case .unexpectedPiece: "it was seen where no piece was expected"
    case .lostInTrack: "it was not where its tracking said it would be"
    case .lapLimit: "it had gone round as often as it may"
    case .linkDown: "the link to the machine was down"
    case .flushed: "the machine was flushed"
    }
  }
}

/// The reason of this name as half a sentence; a name that is not in the list speaks for itself.
package func because(_ name: String?) -> String {
  guard let name else { return Reason.none.because }
  return Reason(name: name)?.because ?? name
}
