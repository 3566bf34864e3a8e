/// The three numbers that a line begins with.
extension InputLineScanner {
  /// How long the three numbers are that a line begins with: mostly as long as those of the line before.
  struct HeadShape {
    /// How many digits each has, 1 to 16; 0 where nothing is known of the line before.
    var number = 0
    var elapsed = 0
    var position = 0
  }

  /// A line's number, time and place where they are as long as in the line before.
  ///
  /// Where each begins is known at once, not from what stands before it: all are taken at the same time.
  @inline(__always)
  mutating func head(like shape: inout HeadShape) -> (elapsed: Int64, position: Int64)? {
    let afterNumber = 1 &+ shape.number
    let afterElapsed = afterNumber &+ 1 &+ shape.elapsed
    let afterPosition = afterElapsed &+ 1 &+ shape.position
    guard shape.number > 0, afterPosition < end, byte(0) == 0x5B, byte(afterNumber) == 0x2C,
      byte(afterElapsed) == 0x2C, byte(afterPosition) == 0x2C,
      let number = digits(1, shape.number), let elapsed = digits(afterNumber &+ 1, shape.elapsed),
      let position = digits(afterElapsed &+ 1, shape.position)
    else { return nil }
    self.number = number
    at = afterPosition &+ 1
    return (Int64(truncatingIfNeeded: elapsed), Int64(truncatingIfNeeded: position))
  }

  /// The same, however long they are.
  @inline(never)
  mutating func head(into shape: inout HeadShape) -> (elapsed: Int64, position: Int64)? {
    shape = HeadShape()
    guard take(0x5B), let number = unsigned() else { return nil }
    let afterNumber = at
    guard take(0x2C), let elapsed = signed() else { return nil }
    let afterElapsed = at
    guard take(0x2C), let position = signed() else { return nil }
    let afterPosition = at
    guard take(0x2C) else { return nil }
    self.number = number
    let lengths = (afterNumber &- 1, afterElapsed &- afterNumber &- 1, afterPosition &- afterElapsed &- 1)
    if elapsed >= 0, position >= 0, lengths.0 <= 16, lengths.1 <= 16, lengths.2 <= 16 {
      shape = HeadShape(number: lengths.0, elapsed: lengths.1, position: lengths.2)
    }
    return (elapsed, position)
  }
}
