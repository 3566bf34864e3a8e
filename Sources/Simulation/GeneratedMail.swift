import FlatStorage
import Quantities
import SorterModel

/// Mail drawn from a scenario's distributions, one piece at a time.
public final class GeneratedMail: MailSupply {
  private let generation: MailGeneration
  private let startOfDay: Int64
  private var arrivals: RandomStream
  private var destinations: RandomStream
  private var sizes: RandomStream
  private let codes: CodePatterns
  private let sizeChoice: WeightedChoice
  private let kinds: Slab<SizeKind>
  /// What all pieces measure, where nothing is left to be drawn.
  private let fixed: Dimensions?
  private var made = 0
  private let limit: Int
  /// Arrivals so far, exactly: nanoseconds and, for even spacing, the remainder of the division.
  private var clock: Int64 = 0
  private var remainder: Int64 = 0
  private let evenGap: Int64
  private let evenRemainder: Int64

  /// A supply for a scenario's generated mail; `seed` and the scenario's start fix every piece of it.
  public init(_ generation: MailGeneration, seed: UInt64, startsAt: Int64) {
    self.generation = generation
    let secondsOfDay = ((startsAt % 86_400) + 86_400) % 86_400
    startOfDay = secondsOfDay * 1_000_000_000
    arrivals = RandomStream(seed: seed, purpose: .arrivals)
    destinations = RandomStream(seed: seed, purpose: .destinations)
    sizes = RandomStream(seed: seed, purpose: .sizes)
    codes = CodePatterns(generation.destinations)
    sizeChoice = WeightedChoice(generation.sizes.map(\.weight))
    kinds = Slab(generation.sizes.map(SizeKind.init))
    fixed = generation.sizes.count == 1 ? SizeKind(generation.sizes[0]).only : nil
    limit = generation.pieces ?? .max
    var rate: Int64 = 1
    if case .constant(let perHour) = generation.arrivals { rate = Int64(perHour) }
    evenGap = 3_600_000_000_000 / rate
    evenRemainder = 3_600_000_000_000 % rate
  }

  /// Fills in the next piece; `.end` once the scenario's number of pieces is made.
  public func next(into piece: inout Mailpiece) -> MailAnswer { draw(into: &piece) ? .piece : .end }

  /// Fills in the next piece; false once the scenario's number of pieces is made.
  func draw(into piece: inout Mailpiece) -> Bool {
    guard made < limit, let arrival = nextArrival() else { return false }
    made &+= 1
    // Field by field: the name stays empty, and is not copied.
    piece.arrivedAt = Instant(arrival)
    piece.destination = codes.draw(&destinations)
    piece.dimensions = drawDimensions()
    return true
  }

  @inline(__always)
  private func nextArrival() -> Int64? {
    switch generation.arrivals {
    case .waiting: return 0
    case .constant(let perHour): return nextEvenArrival(perHour: Int64(perHour))
    case .poisson(let perHour):
      clock += ExponentialTable.shared.gap(mean: 3_600_000_000_000 / Int64(perHour), random: arrivals.next())
      return clock
    case .byHour(let rates): return nextArrival(byHour: rates)
    }
  }

  /// Piece k arrives at k hours over the rate, rounded down; what is left over is carried, so nothing ever adds up.
  @inline(__always)
  private func nextEvenArrival(perHour: Int64) -> Int64 {
    let arrival = clock
    clock &+= evenGap
    remainder &+= evenRemainder
    if remainder >= perHour {
      remainder &-= perHour
      clock &+= 1
    }
    return arrival
  }

  /// A Poisson process whose rate changes on the hour: a gap that crosses the hour is drawn anew from there.
  private func nextArrival(byHour rates: [Int]) -> Int64? {
    let hour: Int64 = 3_600_000_000_000
    var emptyHours = 0
    while emptyHours <= 24 {
      let ofDay = (clock + startOfDay) / hour
      let nextHour = (ofDay + 1) * hour - startOfDay
      let rate = rates[Int(ofDay % 24)]
      guard rate > 0 else {
        clock = nextHour
        emptyHours += 1
        continue
      }
      let candidate = clock + ExponentialTable.shared.gap(mean: hour / Int64(rate), random: arrivals.next())
      if candidate < nextHour {
        clock = candidate
        return clock
      }
      clock = nextHour
      emptyHours = 0
    }
    return nil
  }

  @inline(__always)
  private func drawDimensions() -> Dimensions {
    if let fixed { return fixed }
    let kind = kinds[kinds.count == 1 ? 0 : sizeChoice.draw(sizes.next())]
    // Two numbers, cut into 32-bit halves, serve all four measures.
    let first = sizes.next()
    let second = sizes.next()
    return Dimensions(
      length: Millimetres(tenths: kind.length.at(first >> 32)),
      width: Millimetres(tenths: kind.width.at(first & 0xFFFF_FFFF)),
      height: Millimetres(tenths: kind.height.at(second >> 32)),
      weight: Grams(tenths: kind.mass.at(second & 0xFFFF_FFFF)))
  }
}

/// Generated mail that its owner keeps somewhere else as well, and longer than this.
///
/// To count a reference up and down again for each piece costs a twelfth of a simulation: both wait for all writes.
@safe
struct KeptMail {
  private let mail: Unmanaged<GeneratedMail>

  init(_ mail: GeneratedMail) { unsafe self.mail = Unmanaged.passUnretained(mail) }

  /// Fills in the next piece; false once the scenario's number of pieces is made.
  @inline(__always)
  func draw(into piece: inout Mailpiece) -> Bool {
    unsafe mail._withUnsafeGuaranteedRef { $0.draw(into: &piece) }
  }
}

/// A kind of piece with its ranges ready to be drawn from.
struct SizeKind: BitwiseCopyable {
  var length: UniformTenths
  var width: UniformTenths
  var height: UniformTenths
  var mass: UniformTenths

  init(_ size: WeightedSize) {
    length = UniformTenths(size.length.lowerBound.tenths, size.length.upperBound.tenths)
    width = UniformTenths(size.width.lowerBound.tenths, size.width.upperBound.tenths)
    height = UniformTenths(size.height.lowerBound.tenths, size.height.upperBound.tenths)
    mass = UniformTenths(size.mass.lowerBound.tenths, size.mass.upperBound.tenths)
  }
}

extension SizeKind {
  /// What a piece of this kind measures, where its ranges leave no choice.
  var only: Dimensions? {
    guard length.count == 1, width.count == 1, height.count == 1, mass.count == 1 else { return nil }
    return Dimensions(
      length: Millimetres(tenths: length.low), width: Millimetres(tenths: width.low),
      height: Millimetres(tenths: height.low), weight: Grams(tenths: mass.low))
  }
}

/// A uniform measure in tenths, both ends included.
struct UniformTenths: BitwiseCopyable {
  var low: Int32
  var count: UInt64

  init(_ low: Int32, _ high: Int32) {
    self.low = low
    count = UInt64(Int64(high) - Int64(low) + 1)
  }

  /// The measure for a random number of 32 bits.
  @inline(__always)
  func at(_ random: UInt64) -> Int32 { low &+ Int32(truncatingIfNeeded: (random &* count) >> 32) }
}
