/// Where the belt was at every moment, as few straight pieces as keep within a tolerance.
///
/// A swinging door (Bristol, 1990): a piece goes on as long as one straight line passes all its points within the
/// tolerance. A belt at its speed is two points however long it runs.
struct BeltCurve {
  /// Times in milliseconds since the run's start, never falling.
  private(set) var times: [Int64] = []
  /// Positions in pulses, never falling.
  private(set) var positions: [Int64] = []
  private let tolerance: Double
  private var last: (time: Int64, position: Int64)?
  private var slopes = (least: -Double.infinity, most: Double.infinity)
  // What a counter that began anew has to be raised by.
  private var offset: Int64 = 0

  /// A curve that is nowhere further than so many pulses from where the belt was.
  init(tolerance: Double) { self.tolerance = max(0.5, tolerance) }

  /// The belt was here at this time.
  mutating func take(_ time: Int64, _ counted: Int64) {
    var position = counted &+ offset
    guard let last else {
      times.append(time)
      positions.append(position)
      last = (time, position)
      return
    }
    if position < last.position {
      // Within the tolerance two clocks disagree; beyond it the counter was set back.
      if Double(last.position - position) > max(tolerance, 1000) { offset += last.position - position }
      position = last.position
    }
    let time = max(time, last.time)
    if time == last.time && position == last.position { return }
    let anchor = (time: times[times.count - 1], position: positions[positions.count - 1])
    let span = Double(time - anchor.time)
    let way = Double(position - anchor.position)
    if span > 0 {
      // The straight to this point must pass all before it, for it is here that the piece may end.
      if (slopes.least...slopes.most).contains(way / span) {
        slopes.least = max(slopes.least, (way - tolerance) / span)
        slopes.most = min(slopes.most, (way + tolerance) / span)
        self.last = (time, position)
        return
      }
    } else if way <= tolerance {
      self.last = (time, position)
      return
    }
    begin(anew: last, until: (time, position))
  }

  /// Ends a straight piece where the belt was last seen, and begins the next.
  private mutating func begin(
    anew point: (time: Int64, position: Int64), until next: (time: Int64, position: Int64)
  ) {
    times.append(point.time)
    positions.append(point.position)
    slopes = (-.infinity, .infinity)
    let span = Double(next.time - point.time)
    let way = Double(next.position - point.position)
    if span > 0 { slopes = ((way - tolerance) / span, (way + tolerance) / span) }
    last = next
  }

  /// Adds the last point; the curve is whole then.
  mutating func finish() {
    guard let last, let time = times.last, time != last.time || positions.last != last.position else {
      return
    }
    times.append(last.time)
    positions.append(last.position)
  }
}
