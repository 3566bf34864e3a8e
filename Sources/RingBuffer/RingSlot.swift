/// How an element and its sequence word lie in a slot.
///
/// The sequence word says whether the element is there, so that a consumer that waits for it looks where the
/// element will be. With elements of a cache line the word lies in the line beside it: lines are aligned to
/// pairs, and the processor brings the other line of a pair along, so that both cross between the cores at once.
@usableFromInline enum RingSlot {
  @usableFromInline static var line: Int { 64 }

  /// Where in its slot the sequence word is: behind an element of `size` bytes.
  @inlinable static func sequenceOffset(size: Int) -> Int { (size &+ 7) & ~7 }

  /// From a slot to the next: a power of two below a line, so that no slot lies across two; whole pairs above.
  @inlinable static func bytes(size: Int, alignment: Int) -> Int {
    let used = sequenceOffset(size: size) &+ 8
    if used > line { return (used &+ 2 &* line &- 1) & ~(2 &* line &- 1) }
    var bytes = max(16, alignment)
    while bytes < used { bytes &*= 2 }
    return bytes
  }
}
