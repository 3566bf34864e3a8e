import FileFormats
import Quantities
import RingBuffer
import SorterModel

/// The arithmetic of a machine: what its figures mean for pieces on the belt, line by line.
package struct MachineArithmetic {
  /// The machine.
  package var profile: HardwareProfile
  /// What is called a typical piece, and its length.
  package var typical: (name: String, length: Millimetres)
  private let geometry: BeltGeometry

  /// One line: what it is, the figure, and how it was reached.
  package struct Line: Sendable, Equatable {
    /// What it is.
    package var name: String
    /// The figure with its unit.
    package var value: String
    /// How it was reached.
    package var how: String
  }

  /// The arithmetic of this machine with this typical piece.
  package init(_ profile: HardwareProfile, typical: (name: String, length: Millimetres)? = nil) {
    self.profile = profile
    geometry = BeltGeometry(profile.belt)
    if let typical {
      self.typical = typical
    } else if let first = profile.sizeClasses.first {
      let middle = (first.length.lowerBound.tenths + first.length.upperBound.tenths) / 2
      self.typical = ("a \(first.name) of middle length", Millimetres(tenths: middle))
    } else {
      self.typical = ("a piece", .zero)
    }
  }

  private var speed: Int64 { Int64(profile.belt.speedMillimetresPerSecond) }
  private var rate: Int64 { Int64(profile.ratedPiecesPerHour) }

  /// From one head to the next at the rated speed, in tenths of a millimetre, rounded down.
  package var pitchTenths: Int64 { speed * 36_000 / rate }

  /// How far the belt moves in a time, in tenths of a millimetre, rounded down.
  private func travelTenths(_ time: Nanoseconds) -> Int64 { time.rawValue / 1_000_000 * speed / 100 }

  /// How long the belt takes for a distance.
  private func time(forTenths tenths: Int64) -> Nanoseconds { Nanoseconds(tenths * 100_000_000 / speed) }

  /// The longest piece of any size class.
  package var longest: Millimetres { profile.sizeClasses.map(\.length.upperBound).max() ?? .zero }

  /// The bins that have a diverter, in the order of their decision points.
  package var diverted: [HardwareProfile.Bin] {
    profile.bins.filter { !$0.isEnd }.sorted { ($0.position, $0.name) < ($1.position, $1.name) }
  }

  /// Where a piece is when the command for it can be there at the earliest, in tenths of a millimetre.
  private var commandTenths: Int64 {
    Int64(profile.scanner.position.tenths) + travelTenths(profile.scanner.resultDelay)
      + travelTenths(profile.control.answer + profile.diverters.actuation)
  }

  /// The bins that no piece can reach: their decision point passes before the command is there.
  package var unreachable: [HardwareProfile.Bin] {
    diverted.filter { Int64($0.position.tenths) <= commandTenths }
  }

  /// Why the machine cannot hold its rated speed with its typical piece; nil where it can.
  package var rateFault: String? {
    let least = Int64(profile.induction.minimumGap.tenths)
    let gap = pitchTenths - Int64(typical.length.tenths)
    if gap >= least { return nil }
    return "the rated speed leaves \(millimetres(gap)) mm behind \(typical.name), and at least "
      + "\(millimetres(least)) mm is needed: such mail runs slower"
  }

  /// Why the dispatcher cannot fire this machine's diverters itself; nil where it can or does not.
  package var directControlFault: String? {
    guard profile.control.mode == .direct else { return nil }
    let blind = travelTenths(profile.control.answer)
    guard blind > Int64(profile.diverters.trackingWindow.tenths) else { return nil }
    return "direct control cannot hold: the belt moves \(millimetres(blind)) mm while a command is answered, "
      + "and the tracking window is \(profile.diverters.trackingWindow) mm"
  }

  /// Every line.
  package var lines: [Line] { pace + reading + diverting + ring + emptying }

  private var pace: [Line] {
    let period = Nanoseconds(3_600_000_000_000 / rate)
    let pitch = pitchTenths
    let least = Int64(profile.induction.minimumGap.tenths)
    let pulses = geometry.pulses(in: period).rawValue
    var lines = [
      Line(
        name: "rated speed", value: "\(grouped(rate)) pieces/h", how: "one every \(milliseconds(period)) ms"),
      Line(
        name: "pitch", value: "\(millimetres(pitch)) mm",
        how: "\(grouped(speed)) mm/s x 3,600 s / \(grouped(rate)), \(grouped(pulses)) encoder pulses"),
    ]
    for (name, length) in [typical, ("the longest piece", longest)] {
      let gap = pitch - Int64(length.tenths)
      var how = "pitch - \(millimetres(Int64(length.tenths))) mm, at least \(millimetres(least)) mm is needed"
      if gap < least {
        // The feeder keeps the least gap, and the machine slows down.
        let held = speed * 36_000 / max(1, Int64(length.tenths) + least)
        how += ": such pieces alone run at \(grouped(held)) pieces/h at most"
      }
      lines.append(Line(name: "gap behind \(name)", value: "\(millimetres(gap)) mm", how: how))
    }
    return lines
  }

  private var reading: [Line] {
    let delay = profile.scanner.resultDelay
    let at = Int64(profile.scanner.position.tenths) + travelTenths(delay)
    var lines = [
      Line(
        name: "reading is there at", value: "\(millimetres(at)) mm",
        how:
          "scanner at \(millimetres(Int64(profile.scanner.position.tenths))) mm + \(milliseconds(delay)) ms at \(grouped(speed)) mm/s"
      )
    ]
    guard let first = diverted.first else { return lines }
    let distance = Int64(first.position.tenths) - at
    let needed = profile.control.answer + profile.diverters.actuation
    let spare = time(forTenths: max(0, distance)) - needed
    lines.append(
      Line(
        name: "from there to the first \(profile.binWord)",
        value: "\(millimetres(distance)) mm, \(milliseconds(time(forTenths: max(0, distance)))) ms",
        how:
          "\(first.name) at \(millimetres(Int64(first.position.tenths))) mm; answer \(milliseconds(profile.control.answer)) ms + diverter "
          + "\(milliseconds(profile.diverters.actuation)) ms leave \(milliseconds(spare)) ms"))
    return lines
  }

  private var diverting: [Line] {
    let needed = profile.diverters.actuation + profile.diverters.reset
    let gap = pitchTenths - Int64(longest.tenths)
    let belt = time(forTenths: Int64(profile.belt.length.tenths))
    var lines = [
      Line(
        name: "one diverter, in and out", value: "\(milliseconds(needed)) ms",
        how: "the gap behind the longest piece lasts \(milliseconds(time(forTenths: max(0, gap)))) ms"),
      Line(
        name: "belt, end to end", value: "\(milliseconds(belt)) ms",
        how: "\(millimetres(Int64(profile.belt.length.tenths))) mm"),
    ]
    if let back = profile.recirculation {
      let lap = time(forTenths: Int64(profile.belt.length.tenths + back.path.tenths))
      lines.append(
        Line(
          name: "a lap", value: "\(milliseconds(lap)) ms",
          how: "the belt and \(millimetres(Int64(back.path.tenths))) mm back, \(back.lapLimit) laps at most"))
    }
    return lines
  }

  private var ring: [Line] {
    let control = profile.control
    guard
      let ring = RingSize(
        ratedPiecesPerHour: profile.ratedPiecesPerHour, recordsPerPiece: control.recordsPerPiece,
        stallNanoseconds: control.stallToRideOut.rawValue)
    else {
      return [Line(name: "ring capacity", value: "none", how: "the figures of control are out of range")]
    }
    return [Line(name: "ring capacity", value: "\(grouped(ring.slots)) slots", how: ring.description)]
  }

  private var emptying: [Line] {
    let sorting = profile.bins.filter { !$0.isEnd }
    let limited = sorting.compactMap(\.capacityPieces)
    guard let smallest = limited.min(), !sorting.isEmpty else { return [] }
    let share = rate / Int64(sorting.count)
    let minutes = share > 0 ? Int64(smallest) * 60 / share : 0
    return [
      Line(
        name: "a \(profile.binWord) fills in", value: "\(grouped(minutes)) min",
        how: "\(grouped(smallest)) pieces at an even share of \(grouped(share)) pieces/h")
    ]
  }

  private func milliseconds(_ time: Nanoseconds) -> String { decimal(time.rawValue / 100_000, places: 1) }
  private func millimetres(_ tenths: Int64) -> String { decimal(tenths, places: 1) }
}

/// A count of tenths, hundredths, ... as a decimal with thousands separators, zeros at its end left out.
func decimal(_ scaled: Int64, places: Int) -> String {
  var digits = String(scaled.magnitude)
  while digits.count <= places { digits = "0" + digits }
  var fraction = digits.suffix(places)
  while fraction.hasSuffix("0") { fraction.removeLast() }
  let whole = grouped(String(digits.dropLast(places)))
  return (scaled < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
}
