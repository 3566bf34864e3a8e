/// A device's refusal of a request, by its code: a valid answer, after which the connection is still good.
public enum ModbusException: UInt8, CaseIterable, Hashable, Sendable {
  /// Code 1: the device does not know the function.
  case illegalFunction = 1
  /// Code 2: the device does not have the address, or not all of the range.
  case illegalAddress = 2
  /// Code 3: a value or a quantity that the device does not take.
  case illegalValue = 3
  /// Code 4: the device failed while it was at it.
  case deviceFailure = 4
  /// Code 5: the device has taken the order and is at work on it.
  case acknowledged = 5
  /// Code 6: the device is at work on something else.
  case deviceBusy = 6
  /// Code 7: the device's program refuses.
  case negativeAcknowledge = 7
  /// Code 8: the device's memory has a parity error.
  case memoryParity = 8
  /// Code 9, to which the protocol gives no meaning.
  case notDefined = 9
  /// Code 10: the gateway has no path to the device.
  case gatewayPathUnavailable = 10
  /// Code 11: the device behind the gateway does not answer.
  case gatewayTargetSilent = 11

  /// What follows from a refusal: whether asking again may help.
  public enum Consequence: Hashable, Sendable {
    /// The request is wrong for this device, or the device has failed: asking again gives the same (1-4, 7-9).
    case fault
    /// The device is at work: ask again, a bounded number of times (5 and 6).
    case retry
    /// What lies behind the gateway cannot be reached (10 and 11).
    case pathDown
  }

  /// What follows from this refusal.
  public var consequence: Consequence {
    switch self {
    case .acknowledged, .deviceBusy: .retry
    case .gatewayPathUnavailable, .gatewayTargetSilent: .pathDown
    default: .fault
    }
  }

  /// Whether a write that was refused like this may have been done all the same, in part or later.
  ///
  /// A device may fail half-way (4), may have taken the order and still be at it (5), and a gateway that
  /// heard no answer has sent the request (11). All other refusals come before anything is done.
  public var leavesOutcomeOpen: Bool {
    self == .deviceFailure || self == .acknowledged || self == .gatewayTargetSilent
  }

  /// The refusal in plain words, as in `illegal address`.
  public var name: String {
    switch self {
    case .illegalFunction: "illegal function"
    case .illegalAddress: "illegal address"
    case .illegalValue: "illegal value"
    case .deviceFailure: "device failure"
    case .acknowledged: "accepted, still at work on it"
    case .deviceBusy: "device busy"
    case .negativeAcknowledge: "refused by the device's program"
    case .memoryParity: "memory parity error"
    case .notDefined: "a code without a meaning"
    case .gatewayPathUnavailable: "the gateway has no path to the device"
    case .gatewayTargetSilent: "the device behind the gateway does not answer"
    }
  }
}
