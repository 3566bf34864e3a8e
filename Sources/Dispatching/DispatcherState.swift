import Quantities

/// A dispatcher in the middle of a run, with what was heard up to there.
@frozen
public struct DispatcherState: ~Copyable {
  /// The dispatcher.
  public var dispatcher: Dispatcher
  /// The digest over its directives.
  public var digest: DirectiveDigest
  /// When the last input came.
  public var now: Instant
  /// Where the belt was then.
  public var position: Pulses
  /// Who wants induction held that is not there any more.
  public var holds: [FieldInput.HoldWisher]

  /// A state.
  public init(
    dispatcher: consuming Dispatcher, digest: DirectiveDigest, now: Instant, position: Pulses,
    holds: [FieldInput.HoldWisher] = []
  ) {
    self.dispatcher = dispatcher
    self.digest = digest
    self.now = now
    self.position = position
    self.holds = holds
  }
}
