import Quantities

/// How bins are emptied: a number of sweepers who share one queue.
public struct Sweeping: Hashable, Sendable {
  /// How many people sweep, 0 to 1,000.
  public var sweepers: Int
  /// The time one sweep takes: uniform between these two.
  public var service: ClosedRange<Nanoseconds>
  /// A sweep is asked for when a bin is this full, in percent, 1 to 100.
  public var callAtPercent: Int
  /// Whether a bin takes no pieces while it is swept.
  public var closesBin: Bool

  /// A sweeping crew.
  public init(sweepers: Int, service: ClosedRange<Nanoseconds>, callAtPercent: Int, closesBin: Bool) {
    self.sweepers = sweepers
    self.service = service
    self.callAtPercent = callAtPercent
    self.closesBin = closesBin
  }
}

/// What goes wrong on an ordinary day; rates are in parts per million.
public struct Imperfections: Hashable, Sendable {
  /// Pieces whose code the scanner does not find.
  public var noReadPPM: Int
  /// Pieces on which it finds several codes.
  public var multiReadPPM: Int
  /// Pieces whose code is read and whose data never comes.
  public var noDataPPM: Int
  /// Feeds that take two pieces at once.
  public var doubleFeedPPM: Int
  /// Double feeds that the feeder notices.
  public var doubleDetectionPPM: Int
  /// Pieces that slip on the belt.
  public var slipPPM: Int
  /// The most that a slipping piece slips; uniform from 0 to this, back along the belt.
  public var slipMaximum: Millimetres
  /// The most that the feeder's gap varies: uniform from 0 to this, added.
  public var gapJitter: Millimetres
  /// Commanded diverts that do not happen.
  public var missedDivertPPM: Int
  /// Pieces that jam at their diverter.
  public var jamPPM: Int
  /// The time to clear a jam: uniform between these two.
  public var jamClear: ClosedRange<Nanoseconds>
  /// Bin-full signals that never come: the bin then only refuses.
  public var binSensorMissPPM: Int

  /// These rates.
  public init(
    noReadPPM: Int = 0, multiReadPPM: Int = 0, noDataPPM: Int = 0, doubleFeedPPM: Int = 0,
    doubleDetectionPPM: Int = 1_000_000, slipPPM: Int = 0, slipMaximum: Millimetres = .zero,
    gapJitter: Millimetres = .zero, missedDivertPPM: Int = 0, jamPPM: Int = 0,
    jamClear: ClosedRange<Nanoseconds> = .seconds(60)...(.seconds(60)), binSensorMissPPM: Int = 0
  ) {
    self.noReadPPM = noReadPPM
    self.multiReadPPM = multiReadPPM
    self.noDataPPM = noDataPPM
    self.doubleFeedPPM = doubleFeedPPM
    self.doubleDetectionPPM = doubleDetectionPPM
    self.slipPPM = slipPPM
    self.slipMaximum = slipMaximum
    self.gapJitter = gapJitter
    self.missedDivertPPM = missedDivertPPM
    self.jamPPM = jamPPM
    self.jamClear = jamClear
    self.binSensorMissPPM = binSensorMissPPM
  }

  /// Nothing goes wrong.
  public static let none = Imperfections()
}
