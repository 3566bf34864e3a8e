import Quantities

/// A unit that numbers of a file are counted in: how many decimals they may have, and their limits.
struct Unit {
  /// The decimals that are kept.
  var places: Int
  /// What is allowed, in the smallest unit.
  var range: ClosedRange<Int>

  init(_ places: Int, _ range: ClosedRange<Int>) {
    self.places = places
    self.range = range
  }

  /// What is expected, in words.
  var expected: String {
    let low = decimalText(range.lowerBound, places: places)
    let high = decimalText(range.upperBound, places: places)
    let kind = places == 0 ? "a whole number" : "a number"
    let limit = low == high ? "\(kind): \(low)" : "\(kind) from \(low) to \(high)"
    return places == 0 ? limit : limit + " with at most \(places) decimal\(places == 1 ? "" : "s")"
  }

  /// Parts per million.
  static let ppm = Unit(0, 0...1_000_000)
  /// A length to a tenth of a millimetre, up to 10 km.
  static let millimetres = Unit(1, 0...100_000_000)
  /// A length above nothing, up to 10 km.
  static let distance = Unit(1, 1...100_000_000)
  /// A side of a piece: what a scanner's record holds, up to 6553.5 mm.
  static let side = Unit(1, 0...65_535)
  /// A mass to a tenth of a gram, up to a tonne.
  static let grams = Unit(1, 0...10_000_000)
  /// A time in milliseconds to a nanosecond, up to an hour.
  static let milliseconds = Unit(6, 0...3_600_000_000_000)
  /// A time in seconds to a nanosecond, up to a hundred years of 365 days.
  static let seconds = Unit(9, 0...3_153_600_000_000_000_000)
  /// Money in the currency's unit to a millionth, up to a million.
  static let money = Unit(6, 0...1_000_000_000_000)
  /// A ratio to a thousandth.
  static let ratio = Unit(3, 1...1_000_000)
  /// A share of a mix.
  static let weight = Unit(0, 1...1_000_000_000_000)
}

extension Fields {
  /// The number that `node` holds, counted in `unit`; nil, said, if it cannot be used.
  func number(_ node: JSONNode, called key: String, _ unit: Unit) -> Int? {
    guard case .number(let number) = node.kind else {
      var hint: String?
      if case .string(let text) = node.kind, (try? DecimalText(text).scaled(places: unit.places)) != nil {
        hint = ", without quotes"
      }
      complain(node, "\(quoted(key)) is not a number", expected: unit.expected + (hint ?? ""))
      return nil
    }
    let message: String
    do throws(DecimalText.Fault) {
      let value = try number.scaled(places: unit.places)
      if unit.range.contains(value) { return value }
      message = value < 0 && unit.range.lowerBound >= 0 ? "may not be negative" : "is out of range"
    } catch {
      switch error {
      case .notFinite: message = "is not a finite number"
      case .tooPrecise: message = unit.places == 0 ? "is not a whole number" : "has too many decimals"
      case .tooLarge: message = "is out of range"
      case .malformed: message = "is not a number"
      }
    }
    complain(node, "\(quoted(key)) \(message)", expected: unit.expected)
    return nil
  }

  /// The number under `key`; `fallback`, or the least allowed, if there is none that can be used.
  func number(_ key: String, _ unit: Unit, default fallback: Int? = nil) -> Int {
    self[key].flatMap { number($0, called: key, unit) } ?? fallback ?? unit.range.lowerBound
  }

  /// The whole number under `key`, within `range`.
  func whole(_ key: String, _ range: ClosedRange<Int>, default fallback: Int? = nil) -> Int {
    number(key, Unit(0, range), default: fallback)
  }

  /// The whole number under `key`, within `range`; nil where there is none that can be used.
  func wholeIfRight(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    self[key].flatMap { number($0, called: key, Unit(0, range)) }
  }

  /// The seed under `seed`; 1 where there is none that can be used.
  func seed() -> UInt64 {
    guard let node = self["seed"] else { return 1 }
    if case .number(let number) = node.kind, let (negative, magnitude) = try? number.magnitude(places: 0),
      !negative
    {
      return UInt64(magnitude)
    }
    complain(node, "\"seed\" cannot be used", expected: "a whole number from 0 to \(UInt64.max)")
    return 1
  }

  /// The length under `key`.
  func length(_ key: String, _ unit: Unit = .millimetres, default fallback: Millimetres = .zero)
    -> Millimetres
  {
    Millimetres(tenths: Int32(number(key, unit, default: Int(fallback.tenths))))
  }

  /// The time under `key`, whose name must end in `_ms` or `_s` as `unit` says.
  func time(_ key: String, _ unit: Unit, default fallback: Nanoseconds = .zero) -> Nanoseconds {
    // Milliseconds to six places and seconds to nine are both whole nanoseconds.
    Nanoseconds(Int64(number(key, unit, default: Int(fallback.rawValue))))
  }

  /// The range under `key`: `[low, high]`, or one number for both.
  func range(_ key: String, _ unit: Unit) -> ClosedRange<Int>? {
    guard let node = self[key] else { return nil }
    guard case .array(let items) = node.kind else {
      return number(node, called: key, unit).map { $0...$0 }
    }
    guard items.count == 2 else {
      complain(
        node, "\(quoted(key)) is not a range", found: "a list of \(items.count)",
        expected: "[low, high] or a single number")
      return nil
    }
    let low = number(items[0], called: key, unit)
    let high = number(items[1], called: key, unit)
    guard let low, let high else { return nil }
    guard low <= high else {
      let (first, last) = (decimalText(low, places: unit.places), decimalText(high, places: unit.places))
      complain(
        node, "\(quoted(key)) is a range the wrong way round", found: "[\(first), \(last)]",
        expected: "[\(last), \(first)]")
      return nil
    }
    return low...high
  }

  /// The range of lengths under `key`.
  func lengths(_ key: String, _ unit: Unit = .side) -> ClosedRange<Millimetres> {
    let range = self.range(key, unit) ?? unit.range.lowerBound...unit.range.lowerBound
    return Millimetres(tenths: Int32(range.lowerBound))...Millimetres(tenths: Int32(range.upperBound))
  }

  /// The range of masses under `key`.
  func masses(_ key: String) -> ClosedRange<Grams> {
    let range = self.range(key, .grams) ?? 0...0
    return Grams(tenths: Int32(range.lowerBound))...Grams(tenths: Int32(range.upperBound))
  }

  /// The range of times under `key`.
  func times(
    _ key: String, _ unit: Unit, default fallback: ClosedRange<Nanoseconds> = .zero...(.zero)
  ) -> ClosedRange<Nanoseconds> {
    guard let range = self.range(key, unit) else { return fallback }
    return Nanoseconds(Int64(range.lowerBound))...Nanoseconds(Int64(range.upperBound))
  }
}
