/// What only a running controller can know and the journal's events do not say: 4 bytes, flat.
@frozen
public struct RuntimeCondition: Hashable, Sendable, BitwiseCopyable {
  /// The alarm that it is a matter for.
  public var kind: AlarmKind
  /// The bin or device that it is about.
  public var subject: AlarmSubject
  /// Whether it holds, has gone, or happened and lasts no time.
  public var change: Change

  /// How a condition is reported.
  @frozen
  public enum Change: UInt8, Sendable, BitwiseCopyable {
    /// It holds from now on.
    case begins = 0
    /// It holds no more.
    case ends
    /// It happened; the alarm stands until it has not happened for a while.
    case happens
  }

  /// A condition.
  public init(_ kind: AlarmKind, _ subject: AlarmSubject = .machine, _ change: Change) {
    self.kind = kind
    self.subject = subject
    self.change = change
  }
}
