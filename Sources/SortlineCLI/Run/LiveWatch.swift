import ControlRuntime
import Quantities
import SorterModel
import Supervision
import Synchronization

/// Takes snapshots of a run from what its control thread shows.
struct LiveWatch {
  let gauges: ControlGauges
  let wishes: ControlWishes
  let signals: PortSignals
  let profile: HardwareProfile
  let settings: ControlSettings
  let journalSlots: Int
  let isVirtual: Bool
  /// Names and words that stay the same.
  var fixed = LiveSnapshot()
  /// The fed count at moments of the plant's time, one a second at most, for the rate of the last seconds.
  private var samples: [(time: Int64, fed: Int)] = []

  /// The rate of the moment is that of so many seconds.
  static let rateWindow: Int64 = 15_000_000_000

  init(
    gauges: ControlGauges, wishes: ControlWishes, signals: PortSignals, profile: HardwareProfile,
    settings: ControlSettings, journalSlots: Int, isVirtual: Bool, scenario: String, mode: String
  ) {
    self.gauges = gauges
    self.wishes = wishes
    self.signals = signals
    self.profile = profile
    self.settings = settings
    self.journalSlots = journalSlots
    self.isVirtual = isVirtual
    fixed.scenario = scenario
    fixed.profile = profile.name
    fixed.mode = mode
    fixed.rated = profile.ratedPiecesPerHour
    fixed.binWord = profile.binWord
    fixed.marginLimit = settings.leastMargin
    fixed.journalSlots = journalSlots
  }

  /// The run as it is now, `elapsed` after its beginning by the wall.
  mutating func snapshot(elapsed: Nanoseconds) -> LiveSnapshot {
    var shot = fixed
    let now = Int64(gauges[.now])
    shot.elapsed = elapsed
    shot.plantTime = Nanoseconds(now)
    countPieces(&shot, now)
    shot.state = PackMLState(rawValue: UInt8(clamping: gauges[.machineState])) ?? .idle
    shot.unitMode = PackMLMode(rawValue: UInt8(clamping: gauges[.machineMode])) ?? .production
    shot.isInductionHeld = gauges[.inductionHeld] != 0
    shot.holdsForOperator = wishes.holdInduction.load(ordering: .relaxed)
    if !isVirtual { shot.link = link }
    shot.marginCount = gauges.margins.count
    shot.marginLeast = gauges.margins.shortest
    shot.marginMedian = gauges.margins.quantile(perMille: 500)
    shot.cycleMedian = gauges.cycleTimes.quantile(perMille: 500)
    shot.cycleP99 = gauges.cycleTimes.quantile(perMille: 990)
    if !settings.isEager { shot.latenessP99 = gauges.lateness.quantile(perMille: 990) }
    shot.cycles = gauges[.cycles]
    shot.overruns = gauges[.overruns]
    shot.skippedPeriods = gauges[.skippedPeriods]
    shot.inputDepth = gauges[.inputDepth]
    shot.inputDepthMost = gauges[.inputDepthMost]
    shot.journalDepth = gauges[.journalDepth]
    shot.alarms = gauges.alarms.map(shown)
    shot.alarmsStanding = gauges[.alarmsStanding]
    shot.alarmsUnacknowledged = gauges[.alarmsUnacknowledged]
    shot.bins = bins
    return shot
  }

  private mutating func countPieces(_ shot: inout LiveSnapshot, _ now: Int64) {
    shot.fed = gauges[.fed]
    shot.sorted = gauges[.sorted]
    shot.rejected = gauges[.rejected]
    shot.removed = gauges[.removed]
    shot.lost = gauges[.lost]
    shot.recirculated = gauges[.recirculated]
    if isVirtual { shot.missorted = gauges[.missorted] }
    shot.onMachine = max(0, gauges.onMachine)
    shot.rateMean = Self.rate(shot.fed, in: now)
    if samples.last.map({ now - $0.time >= 1_000_000_000 }) ?? true { samples.append((now, shot.fed)) }
    while samples.count > 2, now - samples[1].time >= Self.rateWindow { samples.removeFirst() }
    let first = samples.first ?? (0, 0)
    shot.rateNow = now > first.time ? Self.rate(shot.fed - first.fed, in: now - first.time) : shot.rateMean
  }

  private static func rate(_ pieces: Int, in time: Int64) -> Int {
    time <= 0 ? 0 : Int(clamping: Int128(pieces) * 3_600_000_000_000 / Int128(time))
  }

  private var link: LiveSnapshot.Link {
    LiveSnapshot.Link(
      state: LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down,
      roundTrip: Nanoseconds(signals.lastRoundTrip.load(ordering: .relaxed)),
      longest: Nanoseconds(signals.longestRoundTrip.load(ordering: .relaxed)),
      reconnects: Int(clamping: signals.reconnects.load(ordering: .relaxed)),
      failures: Int(clamping: signals.failures.load(ordering: .relaxed)))
  }

  private func shown(_ alarm: AlarmGauge) -> LiveSnapshot.Alarm {
    var text = alarm.kind.words.title
    if alarm.subject.scope == .bin, Int(alarm.subject.index) < profile.bins.count {
      text += ": \(profile.binWord) \(profile.bins[Int(alarm.subject.index)].name)"
    }
    return LiveSnapshot.Alarm(
      priority: alarm.kind.priority, text: text, isAcknowledged: alarm.isAcknowledged,
      isShelved: alarm.isShelved)
  }

  /// Bins by their capacity in pieces; where pieces are not its limit, against the fullest of the others.
  private var bins: [LiveSnapshot.Bin] {
    let all = profile.bins.indices.map { gauges.bin($0) }
    let most = max(1, all.map(\.pieces).max() ?? 1)
    return zip(all, profile.bins).map { gauge, bin in
      let capacity = bin.capacityPieces ?? most
      let eighths = (gauge.pieces * 8 + capacity - 1) / max(1, capacity)
      return LiveSnapshot.Bin(
        eighths: min(8, max(0, eighths)), isFull: gauge.isFull, isDisabled: gauge.isDisabled)
    }
  }
}
