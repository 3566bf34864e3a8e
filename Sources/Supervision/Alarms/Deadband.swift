/// A limit with a deadband: it is passed at one value and left at another, so that a value at the limit does not chatter.
///
/// For shells that watch a measured value (the fill of a ring, a margin, overruns) and report it as a condition.
public struct Deadband: Sendable, BitwiseCopyable {
  /// The value at which the condition begins.
  public let beginsAt: Int64
  /// The value at which it ends, on the other side or the same.
  public let endsAt: Int64
  /// Whether it holds.
  public private(set) var holds = false

  /// A limit that is passed upwards where `beginsAt` is above `endsAt`, downwards where it is below.
  public init(beginsAt: Int64, endsAt: Int64) {
    self.beginsAt = beginsAt
    self.endsAt = endsAt
  }

  /// Takes a new value; answers whether the condition has begun or ended with it.
  public mutating func update(_ value: Int64) -> Bool {
    let isUpward = beginsAt >= endsAt
    let before = holds
    if isUpward ? value >= beginsAt : value <= beginsAt { holds = true }
    if holds, before, isUpward ? value <= endsAt : value >= endsAt, beginsAt != endsAt { holds = false }
    return holds != before
  }
}
