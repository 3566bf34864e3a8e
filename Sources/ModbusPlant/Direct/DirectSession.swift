import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import SorterModel

/// The controller's side of direct control, one poll at a time: eyes and encoder in, coils out.
///
/// The dispatcher tracks the pieces; the session fires a diverter's coil when the belt, by its measured speed,
/// will be at the right place once the request has arrived, and lets it go after the actuation time. An order
/// to fire is carried out at most once: where a request fails, nobody knows, and the eye of the bin tells.
public final class DirectSession: PlantSession {
  let profile: HardwareProfile
  let geometry: BeltGeometry
  let layout: DirectLayout
  let link: PlantLink
  let options: PortOptions
  let signals: PortSignals
  var side: PortSide
  var random: SeededNumbers
  var reader: GroupedReader

  var time: TurnTime
  var isOpen = false
  var retryAt = Instant.start
  var lostAt: Instant?
  var policy: ReconnectPolicy
  var lastFault: ModbusFault?
  var report = PreflightReport()
  var conditions = ConditionBoard()
  var drive = Drive.off
  var resetsSeen: UInt32
  var deviceHeart = StandstillWatch()
  var heartbeat: UInt16 = 0
  var beatAt: Instant?

  var encoder: BeltCounter?
  /// Whether this session has seen the device's encoder itself: before, it is known from the controller before.
  var hasSeenEncoder = false
  /// When the turn began in which the encoder was read last.
  var encoderAt = Instant.start
  /// The belt's offset as it was last written down.
  var markedOffset: Int64?
  var speed = BeltSpeed()
  var eyes: [EyeFilter]
  var fires: [Fire] = []
  var coils: [Coil]
  var full: [Bool]
  /// Whether the device showed the belt as jammed when it was last asked; nil where a controller before asked last.
  var isJammed: Bool? = false
  var wantsHold = false
  /// What was last written to the hold's coil; nil where the device may have forgotten it.
  var holdWritten: Bool?
  var outbox = PortOutbox()
  /// Whether what the eyes showed when they were last read has been put into the outbox.
  var isAbreast = true
  var isLinkUp = true
  /// A run that was cut short goes on, and the dispatcher has not yet been told that it was without its machine.
  var mustTellAway = false
  var advancedAt = Instant.start
  var commandsTaken: UInt64 = 0
  var tallies = [UInt64](repeating: 0, count: CommandOutcome.allCases.count)
  var lostEdges: UInt64 = 0

  /// Whether coils are driven.
  enum Drive { case off, armed, latched }

  /// An order to fire that waits for its place on the belt.
  struct Fire {
    var piece: PieceID
    var bin: BinID
    var coil: Int
    var position: Int64
  }

  /// What is known of a diverter's coil.
  struct Coil {
    var isOn = false
    var offAt = Instant.start
    /// Polls in a row in which it was read otherwise than it was written.
    var unlike = 0
    var isFaulty = false
  }

  /// A session that will connect at its first turn; throws where the map cannot serve.
  package init(
    profile: HardwareProfile, map: RegisterMap, settings: ModbusSettings, transport: any ModbusTransport,
    side: consuming PortSide, options: PortOptions, clock: @escaping () -> Int64,
    pause: @escaping (Int64) -> Void = { _ in }
  ) throws(LayoutFault) {
    layout = try DirectLayout(map, unit: settings.unit, profile: profile)
    self.profile = profile
    self.options = options
    geometry = BeltGeometry(profile.belt)
    time = TurnTime(clock)
    link = PlantLink(
      transport, map: map, settings: settings, isReadOnly: options.isDryRun, clock: clock, pause: pause)
    reader = GroupedReader(layout.polled, limits: settings.limits)
    signals = side.signals
    resetsSeen = signals.resetsAsked.load(ordering: .relaxed)
    self.side = side
    random = SeededNumbers(seed: options.seed)
    policy = ReconnectPolicy(firstWait: settings.reconnect.lowerBound, cap: settings.reconnect.upperBound)
    let shortest = geometry.pulses(profile.sizeClasses.map(\.length.lowerBound).min() ?? Millimetres(10))
    let longest = geometry.pulses(profile.sizeClasses.map(\.length.upperBound).max() ?? Millimetres(1_000))
    let window = geometry.pulses(profile.diverters.trackingWindow)
    let filter = EyeFilter(
      shortest: shortest.rawValue, longest: longest.rawValue + 2 * window.rawValue,
      quiet: geometry.pulses(profile.induction.minimumGap).rawValue)
    eyes = [EyeFilter](repeating: filter, count: layout.eyes.count)
    coils = [Coil](repeating: Coil(), count: layout.diverters.count)
    full = [Bool](repeating: false, count: profile.bins.count)
    guard let before = options.resumption else { return }
    encoder = before.belt
    markedOffset = before.place.beltOffset
    outbox = PortOutbox(position: before.position)
    isLinkUp = before.isLinkUp
    mustTellAway = before.isLinkUp
    isJammed = nil
    for bin in full.indices { full[bin] = before.fullBins.contains(bin) }
  }

  /// When the turn began, and the present moment.
  var now: Instant { time.now }
  var present: Instant { time.present }

  /// One poll. `now` never goes back.
  public func turn(at now: Instant) {
    begin(now)
    do throws(ModbusFault) {
      if isOpen {
        try poll()
      } else if now >= retryAt {
        try open()
      }
    } catch {
      drop(because: error)
    }
    finish()
  }

  /// Fires what is due and lets go what has been on for long enough, between two polls.
  public func serve(at now: Instant) {
    begin(now)
    guard isOpen else { return }
    do throws(ModbusFault) {
      try driveCoils()
    } catch {
      drop(because: error)
    }
    finish()
  }

  /// What the device's encoder showed where the dispatcher takes the belt to have been; nil before it was read.
  package func encoderCount(at position: Pulses) -> UInt32? { encoder?.wire(at: position.rawValue) }

  /// When the next coil must be written.
  public var nextMoment: Instant? {
    guard isOpen, drive == .armed else { return nil }
    // While the control thread hangs no order of its is carried out.
    let fire = isControlStalled ? nil : fires.compactMap { sendingMoment(of: $0) }.min()
    let off = coils.filter(\.isOn).map(\.offAt).min()
    return [fire, off].compactMap { $0 }.min()
  }

  /// Lets every coil go, gives every open command its outcome and closes the connection.
  public func end(at now: Instant) {
    begin(now)
    if isOpen && drive == .armed {
      do throws(ModbusFault) { try letGo(all: true) } catch { lastFault = error }
    }
    drive = .off
    refuseAll()
    isOpen = false
    link.transport.close()
    finish()
  }

  /// What is known of the machine, and what became of the commands.
  public var overview: PortOverview {
    var overview = PortOverview()
    overview.preflight = report
    overview.isChecked = hasSeenEncoder || report.checks.contains { $0.verdict == .failed }
    overview.lastFault = lastFault?.description ?? ""
    overview.commandsTaken = commandsTaken
    overview.outcomes = tallies
    overview.commandsOpen = fires.count
    overview.conditions = conditions.counts
    overview.refusedWrites = link.audit
    overview.quarantined = reader.quarantined
    overview.lostEvents = lostEdges
    return overview
  }

  private func begin(_ now: Instant) {
    time.begin(now)
    if mustTellAway {
      // Nobody drove since the controller before was cut short: what it had ordered went with it.
      mustTellAway = false
      tellLink(up: false)
    }
    takeCommands()
  }

  private func finish() {
    // Once down, the link comes up when coils are driven again: before, no order would be heeded.
    let isHeard = isLinkUp || drive == .armed || !options.arms
    let isUp = isOpen && isHeard && drive != .latched && !conditions.holds(.heartbeatLost)
    // An edge that came behind it would be taken to be where the belt is now, and for that of another piece.
    tellLink(up: isUp && (isLinkUp || isAbreast))
    _ = outbox.pass(to: &side)
    if !outbox.isEmpty { signals.backPressure.add(1, ordering: .relaxed) }
    publish()
  }

  /// Tells the dispatcher when the link comes up or goes down.
  private func tellLink(up: Bool) {
    guard up != isLinkUp else { return }
    isLinkUp = up
    // What can still be diverted when it comes up goes by where the belt is then, not where something last happened.
    let place = up ? max(outbox.position, Pulses(encoder?.position ?? 0)) : outbox.position
    outbox.put(.link(up: up), at: place, now: now)
  }

  private func drop(because fault: ModbusFault) {
    lastFault = fault
    if case .protocolFault = fault { conditions.happened(.protocolFault, at: now) }
    if case .badRequest = fault { conditions.happened(.writeRefused, at: now) }
    link.transport.close()
    if isOpen {
      signals.reconnects.add(1, ordering: .relaxed)
      lostAt = now
    }
    isOpen = false
    holdWritten = nil
    retryAt = now + (policy.waitAfterFailure(using: &random) ?? .seconds(5))
  }

  private func publish() {
    let state: LinkState
    if !isOpen {
      state = .down
    } else if drive == .latched || conditions.holds(.heartbeatLost) {
      state = .safe
    } else {
      state = drive == .armed ? .armed : .disarmed
    }
    if let encoder { signals.tellPosition(encoder.position, at: encoderAt) }
    signals.link.store(state.rawValue, ordering: .relaxed)
    signals.conditions.store(conditions.bits(at: now), ordering: .relaxed)
    link.publishRefusals(to: signals)
    signals.requests.store(link.figures.requests, ordering: .relaxed)
    signals.failures.store(link.figures.failures, ordering: .relaxed)
    signals.lastRoundTrip.store(link.figures.lastRoundTrip, ordering: .relaxed)
    signals.longestRoundTrip.store(link.figures.longestRoundTrip, ordering: .relaxed)
  }
}
