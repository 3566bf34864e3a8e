import FileFormats

/// Where values and times come to lie in a chart, and what its axes say.
struct ChartFrame {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  /// The value at the top.
  let most: Double
  /// The value at the bottom.
  var least = 0.0
  /// The moments at the left and the right, in seconds.
  let times: ClosedRange<Double>

  var right: Double { left + width }
  var bottom: Double { top + height }

  /// The height of a value.
  func y(_ value: Double) -> Double {
    let part = most > least ? (value - least) / (most - least) : 0
    return bottom - height * min(max(part, 0), 1)
  }

  /// The place of a moment.
  func x(_ time: Double) -> Double {
    let span = times.upperBound - times.lowerBound
    return left + (span > 0 ? width * min(max((time - times.lowerBound) / span, 0), 1) : 0)
  }

  /// Draws horizontal lines with their values; the unit stands above.
  func drawValues(in drawing: inout SVGDrawing, unit: String) {
    let step = ChartScale.step(for: most - least, count: 4)
    let first = Int((least / step - 1e-6).rounded(.up))
    let last = Int((most / step + 1e-6).rounded(.down))
    for count in first...max(first, last) {
      let value = Double(count) * step
      drawing.line(left, y(value), right, y(value), value == least ? "axis" : "grid")
      drawing.text(left - 6, y(value) + 4, ChartScale.words(value, step: step), "soft", .end)
    }
    drawing.text(2, top - 12, unit, "soft")
  }

  /// Draws the times below.
  func drawTimes(in drawing: inout SVGDrawing) {
    for time in ChartScale.ticks(times) {
      drawing.line(x(time), bottom, x(time), bottom + 4, "axis")
      drawing.text(x(time), bottom + 17, ChartScale.clock(time, span: times), "soft", .middle)
    }
  }
}

/// Round numbers for axes.
enum ChartScale {
  /// The smallest of 1, 2 and 5 times a power of ten that divides `most` into at most `count` parts.
  static func step(for most: Double, count: Double) -> Double {
    var power = 1e-3
    while power < 1e15 {
      for factor in [1.0, 2, 5] where power * factor * count >= most { return power * factor }
      power *= 10
    }
    return most
  }

  /// The next round number that is no less than `most`.
  static func ceiling(_ most: Double) -> Double {
    let step = step(for: max(most, 0.001), count: 4)
    return (max(most, 0.001) / step).rounded(.up) * step
  }

  /// Moments at which a time axis is marked: at most seven.
  static func ticks(_ times: ClosedRange<Double>) -> [Double] {
    let steps = [
      1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
    ]
    let span = times.upperBound - times.lowerBound
    let step = steps.first { span / $0 <= 6.5 } ?? (span / 6 / 86_400).rounded(.up) * 86_400
    let first = (times.lowerBound / step).rounded(.up) * step
    return Array(stride(from: first, through: times.upperBound, by: step))
  }

  /// A moment of the run in the unit that fits the axis.
  static func clock(_ time: Double, span: ClosedRange<Double>) -> String {
    if time == 0 { return "0" }
    if span.upperBound < 180 { return "\(shortNumber(time)) s" }
    if span.upperBound < 10_800 { return "\(shortNumber(time / 60)) min" }
    return "\(shortNumber(time / 3600)) h"
  }

  /// A value of an axis with marks so far apart: `30k` for thousands, where that tells the marks apart.
  static func words(_ value: Double, step: Double) -> String {
    if value >= 10_000_000, step >= 100_000 { return "\(shortNumber(value / 1_000_000))M" }
    if value >= 10_000, step >= 100 { return "\(shortNumber(value / 1000))k" }
    return grouped(shortNumber(value, places: 4))
  }
}
