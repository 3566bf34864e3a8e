import Quantities

/// How punctual a run in real time was; the `timing` section of summary.json.
///
/// Unlike everything else in a summary these figures are of the computer and not of the mail: two runs never
/// have the same.
public struct TimingReport: Hashable, Sendable {
  /// What was driven: `simulated` or `modbus`.
  public var backend = "simulated"
  /// How many seconds of the plant passed in one real second; 0: as many as could be.
  public var speed = 1
  /// What the system granted to the control thread, a sentence each.
  public var granted: [String] = []
  /// What it refused, and what would help.
  public var refused: [String] = []
  /// The control cycle's period; nil where cycles followed each other without one.
  public var period: Nanoseconds?
  /// Spans of time that were measured, by their names in the file.
  public var spans: [Span] = []
  /// How much time was left when the machine acknowledged a piece's command.
  public var margin = Margin()
  /// What was counted, by its names in the file.
  public var counts: [Count] = []

  /// A report that says nothing yet.
  public init() {}

  /// A kind of span that was measured many times.
  public struct Span: Hashable, Sendable {
    /// Its name in the file, such as `cycle`.
    public var name: String
    /// How often it was measured.
    public var count: Int
    /// Half of them were no longer than this.
    public var median: Nanoseconds
    /// 99 of 100 were no longer than this.
    public var p99: Nanoseconds
    /// The longest of them.
    public var longest: Nanoseconds

    /// A span.
    public init(_ name: String, count: Int, median: Nanoseconds, p99: Nanoseconds, longest: Nanoseconds) {
      self.name = name
      self.count = count
      self.median = median
      self.p99 = p99
      self.longest = longest
    }
  }

  /// The margins of all acknowledged commands.
  public struct Margin: Hashable, Sendable {
    /// How many there were.
    public var count = 0
    /// Below this one is too small.
    public var limit = Nanoseconds.zero
    /// How many were too small.
    public var belowLimit = 0
    /// The smallest.
    public var least = Nanoseconds.zero
    /// 1 of 100 had no more.
    public var p1 = Nanoseconds.zero
    /// 5 of 100 had no more.
    public var p5 = Nanoseconds.zero
    /// Half of them had no more.
    public var median = Nanoseconds.zero
    /// The belt's speed, by which a time is a distance.
    public var millimetresPerSecond = 0
    /// How many were at most as long as each of `stepEnds` and longer than the one before; last: longer than all.
    public var steps: [Int] = []

    /// Where the histogram's steps end.
    public static let stepEnds: [Nanoseconds] = [
      5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000,
    ].map { .milliseconds($0) }

    /// No margins.
    public init() {}

    /// The belt that passes in a time, in tenths of a millimetre.
    public func tenths(_ time: Nanoseconds) -> Int64 {
      Int64(clamping: Int128(time.rawValue) * Int128(millimetresPerSecond) / 100_000_000)
    }
  }

  /// Something that was counted.
  public struct Count: Hashable, Sendable {
    /// Its name in the file.
    public var name: String
    /// How much it was.
    public var value: Int

    /// A count.
    public init(_ name: String, _ value: Int) {
      self.name = name
      self.value = value
    }
  }

  /// The span of a name, if it was measured at all.
  public func span(_ name: String) -> Span? { spans.first { $0.name == name && $0.count > 0 } }

  /// The count of a name; 0 where there is none.
  public func count(_ name: String) -> Int { counts.first { $0.name == name }?.value ?? 0 }
}

extension TimingReport {
  func write(to out: inout JSONText) {
    out.openObject("timing")
    out.text("backend", backend)
    out.number("speed", speed)
    if let period { out.number("period_us", decimalText(period.rawValue, places: 3)) }
    for (key, sentences) in [("granted", granted), ("refused", refused)] {
      out.openList(key)
      for sentence in sentences { out.item(sentence) }
      out.closeList()
    }
    for count in counts { out.number(count.name, count.value) }
    for span in spans {
      out.openObject(span.name)
      out.number("count", span.count)
      out.number("p50_us", decimalText(span.median.rawValue, places: 3))
      out.number("p99_us", decimalText(span.p99.rawValue, places: 3))
      out.number("max_us", decimalText(span.longest.rawValue, places: 3))
      out.closeObject()
    }
    write(margin, to: &out)
    out.closeObject()
  }

  private func write(_ margin: Margin, to out: inout JSONText) {
    out.openObject("margin")
    out.number("count", margin.count)
    out.number("limit_ms", decimalText(margin.limit.rawValue, places: 6))
    out.number("below_limit", margin.belowLimit)
    let marks = [("min", margin.least), ("p1", margin.p1), ("p5", margin.p5), ("p50", margin.median)]
    for (name, time) in marks { out.number("\(name)_ms", decimalText(time.rawValue, places: 6)) }
    for (name, time) in marks { out.number("\(name)_mm", decimalText(margin.tenths(time), places: 1)) }
    out.openList("histogram")
    for (place, pieces) in margin.steps.enumerated() {
      let ends = Margin.stepEnds
      out.openObject()
      out.number("up_to_ms", place < ends.count ? decimalText(ends[place].rawValue, places: 6) : "null")
      out.number("pieces", pieces)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }
}
