/// How far apart the elements of a ring lie.
///
/// No element lies across two cache lines that could lie in one, so that a record of a line's size crosses between
/// the cores as that one line.
@usableFromInline enum RingSlot {
  @usableFromInline static var line: Int { 64 }

  /// From a slot to the next: a power of two up to a line; whole lines above.
  @inlinable static func bytes(size: Int, alignment: Int) -> Int {
    var bytes = max(1, alignment)
    while bytes < min(size, line) { bytes &*= 2 }
    return (size &+ bytes &- 1) & ~(bytes &- 1)
  }
}
