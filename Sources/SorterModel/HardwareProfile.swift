import Quantities

/// A sorting machine as its maker would describe it: everything the dispatcher and the plant need.
public struct HardwareProfile: Hashable, Sendable {
  /// The name of the folder it lives in.
  public var name: String
  /// One line for people.
  public var title: String
  /// The shape of the transport.
  public var topology: Topology
  /// Rated speed in pieces an hour, 1 to 1,000,000.
  public var ratedPiecesPerHour: Int
  /// What this machine's people call a bin: stacker, pocket, chute.
  public var binWord: String
  /// The transport.
  public var belt: Belt
  /// The way back for pieces that were not diverted; nil where they end in the end bin.
  public var recirculation: Recirculation?
  /// Where pieces enter.
  public var induction: Induction
  /// Where pieces are read.
  public var scanner: Scanner
  /// The classes of mail it handles, most particular first: the first that fits is a piece's class.
  public var sizeClasses: [SizeClass]
  /// What all its diverters have in common.
  public var diverters: Diverters
  /// Its bins in the order of their identifiers.
  public var bins: [Bin]
  /// How full bins are emptied.
  public var sweeping: Sweeping
  /// What goes wrong on an ordinary day.
  public var imperfections: Imperfections
  /// How the controller talks to it.
  public var control: Control
  /// What running it costs.
  public var costs: Costs
  /// How it is reached over Modbus; nil where it is only simulated.
  public var modbus: ModbusSettings?

  /// The shape of a transport.
  public enum Topology: String, CaseIterable, Sendable {
    /// From the induction past every diverter to an end.
    case line
    /// Round and round.
    case loop
  }

  /// The moving belt (or chain, or carrier track) and its encoder.
  public struct Belt: Hashable, Sendable {
    /// Speed in millimetres a second, 1 to 20,000.
    public var speedMillimetresPerSecond: Int
    /// Encoder pulses a metre of belt, 10 to 100,000.
    public var encoderPulsesPerMetre: Int
    /// From the induction photo-eye to the end (line), or once round (loop).
    public var length: Millimetres
    /// From the order to start until pieces move again.
    public var restart: Nanoseconds

    /// A belt.
    public init(
      speedMillimetresPerSecond: Int, encoderPulsesPerMetre: Int, length: Millimetres, restart: Nanoseconds
    ) {
      self.speedMillimetresPerSecond = speedMillimetresPerSecond
      self.encoderPulsesPerMetre = encoderPulsesPerMetre
      self.length = length
      self.restart = restart
    }
  }

  /// The way back from the end of a line to its induction.
  public struct Recirculation: Hashable, Sendable {
    /// From the end of the line back to the induction photo-eye.
    public var path: Millimetres
    /// How many times a piece may go round before it is rejected, 1 to 200.
    public var lapLimit: Int
    /// The readings and failures that are worth another lap; others are rejected at once.
    public var reasons: Set<Reason>

    /// A way back.
    public init(path: Millimetres, lapLimit: Int, reasons: Set<Reason>) {
      self.path = path
      self.lapLimit = lapLimit
      self.reasons = reasons
    }
  }

  /// The feeder and its gap control.
  public struct Induction: Hashable, Sendable {
    /// The least distance from the tail of a piece to the head of the next.
    public var minimumGap: Millimetres

    /// A feeder.
    public init(minimumGap: Millimetres) { self.minimumGap = minimumGap }
  }

  /// The reading station.
  public struct Scanner: Hashable, Sendable {
    /// From the induction photo-eye.
    public var position: Millimetres
    /// From the moment the head passes the scanner until its reading is there.
    public var resultDelay: Nanoseconds

    /// A scanner.
    public init(position: Millimetres, resultDelay: Nanoseconds) {
      self.position = position
      self.resultDelay = resultDelay
    }
  }

  /// Diverters: all of one make.
  public struct Diverters: Hashable, Sendable {
    /// Before the piece is there, the time the diverter needs to move.
    public var actuation: Nanoseconds
    /// After the piece is through, the time until it may move again.
    public var reset: Nanoseconds
    /// From the decision point to the eye that confirms the divert.
    public var confirmDistance: Millimetres
    /// Half the tracking window: how far a piece may be from where it should be.
    public var trackingWindow: Millimetres
    /// So many unconfirmed diverts in a row take the bin out of service, 1 to 255.
    public var faultsToDisable: Int

    /// Diverters.
    public init(
      actuation: Nanoseconds, reset: Nanoseconds, confirmDistance: Millimetres, trackingWindow: Millimetres,
      faultsToDisable: Int
    ) {
      self.actuation = actuation
      self.reset = reset
      self.confirmDistance = confirmDistance
      self.trackingWindow = trackingWindow
      self.faultsToDisable = faultsToDisable
    }
  }

  /// A place where pieces end.
  public struct Bin: Hashable, Sendable {
    /// The name on the machine, such as `017`.
    public var name: String
    /// The decision point, from the induction photo-eye; the belt's end for the end bin.
    public var position: Millimetres
    /// On which side of the belt it is.
    public var side: Side
    /// Whether it is where undiverted pieces fall at the end of a line; it has no diverter.
    public var isEnd: Bool
    /// The most pieces it holds; nil where pieces are not its limit.
    public var capacityPieces: Int?
    /// The thickest pile it holds; nil where thickness is not its limit.
    public var capacityThickness: Millimetres?
    /// The heaviest pile it holds; nil where mass is not its limit.
    public var capacityWeight: Grams?
    /// The size classes it takes.
    public var takes: Set<SizeClassID>

    /// A bin.
    public init(
      name: String, position: Millimetres, side: Side, isEnd: Bool, capacityPieces: Int?,
      capacityThickness: Millimetres?, capacityWeight: Grams?, takes: Set<SizeClassID>
    ) {
      self.name = name
      self.position = position
      self.side = side
      self.isEnd = isEnd
      self.capacityPieces = capacityPieces
      self.capacityThickness = capacityThickness
      self.capacityWeight = capacityWeight
      self.takes = takes
    }
  }

  /// A side of the belt, looking along its travel.
  public enum Side: String, CaseIterable, Sendable {
    /// To the left.
    case left
    /// To the right.
    case right
    /// Straight on.
    case end
  }

  /// How the controller drives the machine.
  public struct Control: Hashable, Sendable {
    /// Who tracks and fires.
    public var mode: ControlMode
    /// From the command to the machine's answer.
    public var answer: Nanoseconds
    /// The longest stall that the rings must ride out.
    public var stallToRideOut: Nanoseconds
    /// How many records a piece puts through a ring, 1 to 64.
    public var recordsPerPiece: Int
    /// In real time, from one control cycle to the next, 50 µs to 100 ms.
    public var cycle: Nanoseconds
    /// An assignment acknowledged with less time than this in hand raises an alarm.
    public var minimumMargin: Nanoseconds

    /// A way of control.
    public init(
      mode: ControlMode, answer: Nanoseconds, stallToRideOut: Nanoseconds, recordsPerPiece: Int,
      cycle: Nanoseconds = .milliseconds(1), minimumMargin: Nanoseconds = .milliseconds(20)
    ) {
      self.mode = mode
      self.answer = answer
      self.stallToRideOut = stallToRideOut
      self.recordsPerPiece = recordsPerPiece
      self.cycle = cycle
      self.minimumMargin = minimumMargin
    }
  }

  /// Who tracks pieces and fires diverters.
  public enum ControlMode: String, CaseIterable, Sendable, BitwiseCopyable {
    /// The PLC; the dispatcher assigns bins.
    case assigned
    /// The dispatcher itself.
    case direct
  }

  /// Prices, in millionths of the currency's unit so that sums stay exact.
  public struct Costs: Hashable, Sendable {
    /// The currency's ISO 4217 code.
    public var currency: String
    /// The machine: depreciation, maintenance and energy for an hour.
    public var machineMicrosPerHour: Int
    /// One person for an hour.
    public var staffMicrosPerHour: Int
    /// How many people run the machine, sweepers not counted.
    public var operators: Int
    /// Handling one rejected piece by hand.
    public var rejectMicrosPerPiece: Int

    /// Prices.
    public init(
      currency: String, machineMicrosPerHour: Int, staffMicrosPerHour: Int, operators: Int,
      rejectMicrosPerPiece: Int
    ) {
      self.currency = currency
      self.machineMicrosPerHour = machineMicrosPerHour
      self.staffMicrosPerHour = staffMicrosPerHour
      self.operators = operators
      self.rejectMicrosPerPiece = rejectMicrosPerPiece
    }
  }

  /// A profile with these parts.
  public init(
    name: String, title: String, topology: Topology, ratedPiecesPerHour: Int, binWord: String, belt: Belt,
    recirculation: Recirculation?, induction: Induction, scanner: Scanner, sizeClasses: [SizeClass],
    diverters: Diverters, bins: [Bin], sweeping: Sweeping, imperfections: Imperfections, control: Control,
    costs: Costs, modbus: ModbusSettings? = nil
  ) {
    self.name = name
    self.title = title
    self.topology = topology
    self.ratedPiecesPerHour = ratedPiecesPerHour
    self.binWord = binWord
    self.belt = belt
    self.recirculation = recirculation
    self.induction = induction
    self.scanner = scanner
    self.sizeClasses = sizeClasses
    self.diverters = diverters
    self.bins = bins
    self.sweeping = sweeping
    self.imperfections = imperfections
    self.control = control
    self.costs = costs
    self.modbus = modbus
  }
}
