import Dispatching
import Quantities
import RegisterMap
import Simulation
import SorterModel

/// The event ring's numbers: they wrap at 2^16.
struct EventCounters {
  /// The newest event.
  var head: UInt16 = 0
  /// The last one that the owner took over.
  var tail: UInt16 = 0

  /// How many events wait to be taken over.
  var waiting: Int { Int(head &- tail) }

  /// The owner says how far it is; a number that is not between the old tail and the head is not believed.
  mutating func take(_ tail: UInt16) {
    if tail &- self.tail <= head &- self.tail { self.tail = tail }
  }
}

/// What the plant reports, as events and bits.
extension PLCProgram {
  /// Hears what the plant's last event left; `before` is the pieces on the machine less those fed, before it.
  mutating func hearPlant(leaving before: Int) {
    let left = before - (plant.onMachine - plant.fed)
    var isTold = false
    // The one that waited until now, whoever comes there next.
    let waited = waitingPiece
    for index in 0..<plant.signalCount {
      guard case .field(let input) = plant.signal(index) else { continue }
      report(input)
      if left > 0, !isTold { isTold = book(input.event, left, waited) }
    }
    // Without an event of its own: it waited at the end and fell.
    if left > 0, !isTold { end(waited, .end, endBin, left) }
  }

  /// Books the pieces that an event took off the machine.
  private mutating func book(_ event: FieldInput.Event, _ left: Int, _ waited: PieceID) -> Bool {
    switch event.kind {
    case .divertConfirmed: end(event.piece, .diverted, event.bin, left)
    case .pieceRemoved: end(event.piece, .removed, .none, left)
    case .pieceAtEnd: end(plant.isWaitingAtEnd ? waited : event.piece, .end, endBin, left)
    default: return false
    }
    return true
  }

  private mutating func end(_ piece: PieceID, _ ending: PLCPiece.Ending, _ bin: BinID, _ count: Int) {
    switch ending {
    case .diverted: account.diverted += count
    case .end: account.toEnd += count
    case .removed: account.removed += count
    }
    guard settings.keepsPieces else { return }
    let truth = plant.truth(of: piece)
    pieces.append(
      PLCPiece(
        piece: piece, ending: ending, bin: bin, destination: truth.destination, hasRider: truth.hasRider))
  }

  /// A person takes a piece off the belt unseen, at the last step; false where none can be reached.
  package mutating func takeOff() -> Bool {
    let before = plant.onMachine
    guard let piece = plant.takeOff() else { return false }
    end(piece, .removed, .none, before - plant.onMachine)
    return true
  }

  /// Puts a field input into the event ring and into the bits of the bins.
  private mutating func report(_ input: FieldInput) {
    let event = input.event
    guard let kind = EventSlot.Kind(event.kind) else { return }
    noteBin(event)
    if kind == .identified, settings.hasOwnScanner {
      readings.append(
        ScannerReading(code: event.code, dimensions: event.dimensions, quality: event.quality))
      carryOutEarly(event.piece)
      return
    }
    switch kind {
    case .atEnd:
      account.endsPassed += 1
      if plant.isWaitingAtEnd {
        endDue = plant.now + endAllowance
        waitingPiece = event.piece
      }
    case .refused: account.divertsRefused += 1
    case .jamStarted: status.flags.insert(.jam)
    case .jamCleared: status.flags.remove(.jam)
    default: break
    }
    var slot = EventSlot()
    if event.piece != .none {
      guard let number = number(of: event.piece) else {
        account.untracked += 1
        return
      }
      slot.piece = number
    }
    slot.kind = kind.rawValue
    slot.detail = event.detail
    slot.encoder = encoder(at: input.position)
    slot.bin = event.bin.rawValue
    switch kind {
    case .inducted:
      slot.detail = 0
      slot.value = UInt32(clamping: event.pulses.rawValue)
    case .identified:
      slot.destination = event.code
      slot.length = UInt16(clamping: event.dimensions.length.tenths)
      slot.width = UInt16(clamping: event.dimensions.width.tenths)
      slot.height = UInt16(clamping: event.dimensions.height.tenths)
      slot.weight = UInt32(clamping: event.dimensions.weight.tenths)
    default: break
    }
    append(slot)
    if kind == .identified { carryOutEarly(event.piece) }
  }

  private mutating func noteBin(_ event: FieldInput.Event) {
    guard event.bin.index < binCount else { return }
    switch event.kind {
    case .binFull, .binAvailable:
      binsFull[event.bin.index] = event.kind == .binFull
      if isDown { return }
      let place = layout.binsFull
      image.setBit(event.bin.index, event.kind == .binFull, place.table, at: place.address)
    case .binDisabled, .binEnabled:
      binsDisabled[event.bin.index] = event.kind == .binDisabled
      if isDown { return }
      let place = layout.binsDisabled
      image.setBit(event.bin.index, event.kind == .binDisabled, place.table, at: place.address)
    default: break
    }
  }

  /// Puts an event into the ring, or counts it as lost where the ring is full.
  mutating func append(_ event: EventSlot) {
    // Nobody reads along who could have missed it.
    if supervision.owner == 0 { ring.tail = ring.head }
    guard ring.waiting < layout.eventSlots, !faults.isOn(.loseEvents), !isDown else {
      if isDown { return }
      account.eventsLost += 1
      status.eventsLost &+= 1
      return
    }
    ring.head &+= 1
    account.events += 1
    var event = event
    event.number = ring.head
    let place = layout.events.address + Int(ring.head) % layout.eventSlots * EventSlot.registers
    image.put(event, layout.events.table, at: place, order)
  }

  /// The encoder's count at a belt position.
  func encoder(at position: Pulses) -> UInt32 {
    UInt32(truncatingIfNeeded: position.rawValue) &+ settings.encoderStart
  }

  /// The belt position that an encoder count near the present one stands for.
  func position(of count: UInt32) -> Pulses {
    let ahead = Int32(bitPattern: count &- encoder(at: plant.position))
    return plant.position + Pulses(Int64(ahead))
  }

  /// The number of a piece on the wire; nil for one that this start of the program does not know.
  func number(of piece: PieceID) -> UInt32? {
    piece.rawValue > untrackedUpTo ? UInt32(truncatingIfNeeded: piece.rawValue - untrackedUpTo) : nil
  }

  /// The piece that a number on the wire stands for: the newest one that bears it.
  func piece(_ number: UInt32) -> PieceID {
    let newest = plant.newestPiece.rawValue
    guard number != 0, newest > untrackedUpTo else { return .none }
    let behind = UInt64(UInt32(truncatingIfNeeded: newest - untrackedUpTo) &- number)
    guard newest - untrackedUpTo > behind else { return .none }
    return PieceID(newest - behind)
  }

  /// Holds the feeder, or lets it go on, as everything together says.
  mutating func updateFeeding() {
    let isRingNearlyFull =
      supervision.owner != 0 && layout.eventSlots - ring.waiting <= ringReserve
    let mayFeed =
      clock != nil && !isDown && frozenAt == nil && pack.mayFeed && !isHeldByCommand && !isRingNearlyFull
      && (supervision.isArmed || (settings.feedsAtOnce && !supervision.hasEverArmed))
    holdFeeding(!mayFeed)
  }

  /// When so few slots of the event ring are free, induction is held.
  ///
  /// Three for each piece on the belt, which will yet be read and come to a bin or the end, but no more than half
  /// of the ring, and 4 at the least.
  private var ringReserve: Int { max(4, min(3 * plant.onMachine, layout.eventSlots / 2)) }

  mutating func holdFeeding(_ isHeld: Bool) {
    guard isHeld != isFeedingHeld else { return }
    isFeedingHeld = isHeld
    plant.apply(isHeld ? .holdInduction : .releaseInduction)
  }
}

extension EventSlot.Kind {
  /// The kind of event that tells a field input; nil for what this interface does not tell.
  init?(_ kind: FieldInput.Kind) {
    switch kind {
    case .pieceInducted: self = .inducted
    case .pieceIdentified: self = .identified
    case .divertConfirmed: self = .confirmed
    case .divertRefused: self = .refused
    case .pieceAtEnd: self = .atEnd
    case .pieceRemoved: self = .removed
    case .binFull: self = .binFull
    case .binAvailable: self = .binAvailable
    case .binDisabled: self = .binDisabled
    case .binEnabled: self = .binEnabled
    case .jamStarted: self = .jamStarted
    case .jamCleared: self = .jamCleared
    case .machineState: self = .stateChanged
    case .assignmentAnswered, .inductionEye, .endEye, .binEye, .encoderAdvanced, .link, .holdWanted,
      .machineRestarted, .session, .safe:
      return nil
    }
  }
}
