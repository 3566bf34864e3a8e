import EventRecords
import Quantities
import SorterModel

/// A made-up run without a simulator: the records of a plain line, for measuring the journal alone.
///
/// Pieces pass at 30,000 an hour; each has a `pieceInducted`, a `pieceAssigned` 0.6 s and a `pieceSorted`
/// 8.4 s later, interleaved in the order of time as a real line has them, with 5-digit destinations, real
/// sides and 96 bins. The same count gives the same records.
public enum SyntheticRun {
  /// How many records a piece has.
  public static let recordsPerPiece = 3

  /// The description of such a run.
  public static var description: RunDescription {
    RunDescription(
      runID: 0x0123_4567_89AB_CDEF, scenario: "synthetic", plan: "synthetic", seed: 1,
      startsAt: 1_767_636_000, metricsInterval: .seconds(60), warmUp: .zero, sweepers: 2, profile: profile,
      programVersion: "0")
  }

  /// Emits the records of so many pieces and the two that frame them; the caller finishes the recorder.
  ///
  /// The journal alone is measured by timing this together with `finish(onMachine: 0)`:
  ///
  ///     let recorder = try Recorder(SyntheticRun.description, writing: JournalFiles(directory: "/dev/shm/x"))
  ///     SyntheticRun.emit(pieces: 1_000_000, into: recorder)
  ///     let totals = try recorder.finish(onMachine: 0)
  public static func emit(pieces: Int, into recorder: Recorder) {
    recorder.emit(EventRecord(.runStarted, at: .start, position: .zero))
    let last = pieces + sortedAfter
    var step = 1
    while step <= last {
      if step <= pieces { recorder.emit(inducted(step)) }
      if step > assignedAfter, step - assignedAfter <= pieces {
        recorder.emit(assigned(step - assignedAfter))
      }
      if step > sortedAfter { recorder.emit(sorted(step - sortedAfter)) }
      step += 1
    }
    var end = EventRecord(.runEnded, at: time(of: last), position: position(of: last))
    end.a = UInt64(Int64(pieces) * pitch)
    end.count = UInt32(truncatingIfNeeded: pieces)
    recorder.emit(end)
  }

  private static let pitch: Int64 = 120_000_000
  private static let assignedAfter = 5
  private static let sortedAfter = 70

  private static func time(of step: Int) -> Instant { Instant(Int64(step) * pitch) }

  private static func position(of step: Int) -> Pulses { Pulses(Int64(step) * 480) }

  private static func bin(of piece: Int) -> BinID { BinID(UInt16(truncatingIfNeeded: piece % 96)) }

  private static func inducted(_ piece: Int) -> EventRecord {
    var record = EventRecord(
      .pieceInducted, at: time(of: piece), position: position(of: piece), piece: PieceID(UInt64(piece)))
    record.arrivedAt = time(of: piece - 1)
    return record
  }

  private static func assigned(_ piece: Int) -> EventRecord {
    var record = EventRecord(
      .pieceAssigned, at: time(of: piece + assignedAfter), position: position(of: piece + assignedAfter),
      piece: PieceID(UInt64(piece)))
    // 37^7 is the weight of the fifth of twelve characters; 1 stands for the digit 0.
    var code: UInt64 = 0
    for digit in [piece / 10_000, piece / 1000, piece / 100, piece / 10, piece] {
      code = code &* 37 &+ UInt64(digit % 10) &+ 1
    }
    record.code = DestinationCode(rawValue: code &* DestinationCode.weight(afterCharacters: 5))
    record.dimensions = Dimensions(
      length: Millimetres(tenths: 1500 + Int32(piece % 900)),
      width: Millimetres(tenths: 1000 + Int32(piece % 300)),
      height: Millimetres(tenths: 3 + Int32(piece % 17)), weight: Grams(tenths: 80 + Int32(piece % 220)))
    record.sizeClass = SizeClassID(0)
    record.bin = bin(of: piece)
    record.planLine = UInt32(truncatingIfNeeded: 2 + piece % 900)
    record.sequence = UInt32(truncatingIfNeeded: piece)
    record.span = 4000 + UInt32(truncatingIfNeeded: piece % 96) * 400
    return record
  }

  private static func sorted(_ piece: Int) -> EventRecord {
    var record = EventRecord(
      .pieceSorted, at: time(of: piece + sortedAfter), position: position(of: piece + sortedAfter),
      piece: PieceID(UInt64(piece)))
    record.arrivedAt = time(of: piece - 1)
    record.inductedAt = time(of: piece)
    record.bin = bin(of: piece)
    record.sequence = UInt32(truncatingIfNeeded: piece)
    return record
  }
}

extension SyntheticRun {
  /// A letter sorter with 96 bins.
  private static var profile: HardwareProfile {
    let bins = (1...96).map { number in
      HardwareProfile.Bin(
        name: (number < 10 ? "00" : "0") + "\(number)", position: Millimetres(6000 + 400 * number),
        side: number % 2 == 1 ? .left : .right, isEnd: false, capacityPieces: 600, capacityThickness: nil,
        capacityWeight: nil, takes: [SizeClassID(0)])
    }
    let letter = SizeClass(
      name: "letter", length: Millimetres(127)...Millimetres(tenths: 2921),
      width: Millimetres(tenths: 889)...Millimetres(tenths: 1556),
      height: Millimetres(tenths: 2)...Millimetres(tenths: 64), weight: Grams(0)...Grams(tenths: 992))
    return HardwareProfile(
      name: "synthetic", title: "A made-up letter sorter", topology: .line, ratedPiecesPerHour: 30_000,
      binWord: "stacker",
      belt: .init(
        speedMillimetresPerSecond: 4000, encoderPulsesPerMetre: 1000, length: Millimetres(52_000),
        restart: .seconds(2)),
      recirculation: nil, induction: .init(minimumGap: Millimetres(90)),
      scanner: .init(position: Millimetres(1500), resultDelay: .milliseconds(200)), sizeClasses: [letter],
      diverters: .init(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(60), faultsToDisable: 3),
      bins: bins,
      sweeping: Sweeping(
        sweepers: 2, service: .seconds(15)...(.seconds(40)), callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: .init(
        mode: .assigned, answer: .milliseconds(5), stallToRideOut: .seconds(60), recordsPerPiece: 8),
      costs: .init(
        currency: "USD", machineMicrosPerHour: 38_000_000, staffMicrosPerHour: 45_500_000, operators: 2,
        rejectMicrosPerPiece: 50_000))
  }
}
