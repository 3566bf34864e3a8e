import Dispatching
import EventRecords
import FlatStorage
import Quantities
import SorterModel
import Supervision

/// The feeder's state: the piece that comes next, and where the last one is.
struct Feeder {
  var next = Mailpiece(
    arrivedAt: .start, destination: .none,
    dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
  /// How much of the belt it takes, in pulses.
  var nextLength: Int64 = 0
  var hasNext = false
  /// Mail is still to be asked for: so many rows were refused that the shell must be heard in between.
  var isFetching = false
  /// No more will be fed.
  var isDone = false
  var isHeld = false
  /// The next piece is not there yet; an arrival is in the queue.
  var isWaiting = false
  var isStarved = false
  /// Where the belt was when the last piece's head, and its tail, passed the induction eye.
  var lastHead = Int64.min / 2
  var lastTail = Int64.min / 2
  /// From the tail of the piece before the last one to the last one's head.
  var lastGap: Int64 = 0
  /// Where the belt will be when the next piece is fed, `Int64.max` while none is planned.
  var due: Int64 = .max
  /// What the feeder adds to the next gap.
  var extraGap: Int64 = 0
  var lastNumber: UInt64 = 0
  /// Pieces fed, each of a double feed counted.
  var fed = 0
  var lastFedAt = Instant.start

  /// A feeder counts as starved when the next piece is further off than this.
  static let patience: Int64 = 1_000_000_000
  /// So many refused rows are read between two looks at the rest of the plant.
  static let refusalsAtOnce = 32
}

extension VirtualPlant {
  /// Asks the supply for the next piece; refused rows are told to the journal.
  @inline(__always)
  mutating func fetchMail() {
    // Asked by its own type: drawn mail is most of a simulator's mail, and is never refused.
    if let drawn {
      feeder.hasNext = drawn.draw(into: &feeder.next)
      if feeder.hasNext { measureNext() } else { stopFeeding() }
    } else {
      readMail()
    }
  }

  private mutating func measureNext() {
    feeder.nextLength = settings.geometry.pulses(feeder.next.dimensions.length).rawValue
  }

  /// The same for mail of any other kind.
  @inline(never)
  private mutating func readMail() {
    for _ in 0..<Feeder.refusalsAtOnce {
      switch mail.next(into: &feeder.next) {
      case .piece:
        feeder.hasNext = true
        measureNext()
        return
      case .end:
        stopFeeding()
        return
      case .refused(let line, let fault):
        var record = record(.mailRowRejected, position.rawValue)
        record.count = line
        record.lap = fault
        reveal(record)
      }
    }
    feeder.hasNext = false
    feeder.isFetching = true
    queue.push(.arrival, at: now.rawValue)
  }

  /// The next piece has arrived, or reading goes on after many refused rows.
  @inline(never)
  mutating func mailArrived() {
    if feeder.isFetching {
      feeder.isFetching = false
      fetchMail()
    } else {
      feeder.isWaiting = false
      if feeder.isStarved {
        feeder.isStarved = false
        var record = record(.plantStarved, position.rawValue)
        record.choice = .alternate
        reveal(record)
      }
    }
    scheduleFeed()
  }

  /// Plans the next feed: no faster than rated, with its gap, not before its piece has arrived.
  @inline(__always)
  mutating func scheduleFeed() {
    guard feeder.hasNext, !feeder.isHeld, !feeder.isWaiting, feeder.due == .max else { return }
    let arrival = feeder.next.arrivedAt
    guard arrival.rawValue < settings.duration else { return stopFeeding() }
    let earliest = max(
      feeder.lastHead &+ settings.ratedPitch, feeder.lastTail &+ settings.minimumGap &+ feeder.extraGap, 0)
    let ready = belt.time(of: earliest)
    // A feeder that was held, or had no mail, goes on from now and from here: the belt has long passed
    // `earliest`, which counts as reached at its last start.
    let moment = max(arrival, now)
    var due = max(earliest, beltPosition)
    if moment > ready {
      if (moment - max(ready, now)).rawValue > Feeder.patience { return waitForMail(arrival) }
      due = max(due, belt.firstPulse(notBefore: moment).rawValue)
    }
    // A belt that has just started again has passed `earliest` too, though it seems ready only now.
    due = max(due, beltPosition)
    feeder.due = returning.firstClear(from: due, for: feeder.nextLength, settings)
  }

  private mutating func waitForMail(_ arrival: Instant) {
    feeder.isWaiting = true
    feeder.isStarved = true
    reveal(record(.plantStarved, position.rawValue))
    queue.push(.arrival, at: arrival.rawValue)
  }

  private mutating func stopFeeding() {
    feeder.hasNext = false
    if feeder.isDone { return }
    feeder.isDone = true
    // A scenario's duration ends the feeding by itself.
    if settings.duration != .max { return }
    queue.push(.feedingEnded, at: max(now.rawValue, machineTime(until: Instant(.max - 1)).rawValue))
  }

  /// The machine is to run empty, as its PLC would report it.
  mutating func tellCompleting() {
    var record = record(.machineState, position.rawValue)
    record.stateNumber = PackMLState.completing.rawValue
    record.modeNumber = PackMLMode.production.rawValue
    reveal(record)
  }

  /// The feeder's moment: one piece, or by mistake two, passes the induction eye.
  @inline(__always)
  mutating func feed(_ position: Int64) {
    feeder.due = .max
    schedule.moveOn(to: position)
    guard feeder.hasNext, !feeder.isHeld else { return }
    guard now.rawValue < settings.duration else { return stopFeeding() }
    let length = feeder.nextLength
    // A piece may have come round since this feed was planned, or come round soon.
    guard feeder.next.arrivedAt <= now, position >= feeder.lastTail &+ settings.minimumGap,
      returning.firstClear(from: position, for: length, settings) <= position,
      let slot = freeSlot()
    else { return feedLater(position) }
    feeder.lastGap = position &- feeder.lastTail
    put(feeder.next, in: slot, position)
    if !feeder.next.name.isEmpty { reveal(EventRecord(text: feeder.next.name)) }
    tell(.inducted, of: PieceID(feeder.lastNumber), in: slot)
    feeder.lastHead = position
    feeder.lastTail = position &+ length
    feeder.extraGap = settings.gapJitter > 0 ? random.gaps.within(0, settings.gapJitter) : 0
    fetchMail()
    if random.doubleFeeds.happens(ppm: rates.doubleFeedPPM) && feeder.hasNext && feeder.next.arrivedAt <= now
    {
      feedRider(on: slot, position)
    }
    schedule.insertReading(slot, at: position)
    scheduleFeed()
  }

  /// The induction is taken, or the piece is not there: the feeder tries again one pitch on.
  @inline(never)
  private mutating func feedLater(_ position: Int64) {
    if feeder.next.arrivedAt > now { return scheduleFeed() }
    feeder.due = position + settings.ratedPitch
  }

  /// The slot of the next number that is free; numbers are skipped whose slot is still in use.
  @inline(__always)
  private mutating func freeSlot() -> Int? {
    // Where eyes alone are seen the dispatcher counts for itself, and skips nothing.
    for step in 1...(settings.reportsEyes ? 1 : pieceMask) {
      let number = feeder.lastNumber + step
      if pieces[Int(truncatingIfNeeded: number & pieceMask)].piece == .none {
        feeder.lastNumber = number
        return Int(truncatingIfNeeded: number & pieceMask)
      }
    }
    return nil
  }

  @inline(__always)
  private mutating func put(_ mailpiece: Mailpiece, in slot: Int, _ position: Int64) {
    pieces[slot].begin(PieceID(feeder.lastNumber), mailpiece, at: position)
    onMachine &+= 1
    feeder.fed &+= 1
    feeder.lastFedAt = now
  }

  /// A second piece goes along under the first; only the plant knows.
  @inline(never)
  private mutating func feedRider(on slot: Int, _ position: Int64) {
    let carrier = pieces[slot].piece
    // The rider's number is used up, so that no other piece gets it; its slot stays free.
    if !settings.reportsEyes { feeder.lastNumber += 1 }
    let rider = PieceID(settings.reportsEyes ? unseenNumber : feeder.lastNumber)
    let mailpiece = feeder.next
    pieces[slot].hasRider = true
    riders[slot].piece = rider
    riders[slot].mail = PieceFacts(
      destination: mailpiece.destination, arrivedAt: mailpiece.arrivedAt, dimensions: mailpiece.dimensions)
    pieces[slot].riderIsNoticed = random.doubleDetection.happens(
      ppm: scenario.imperfections.doubleDetectionPPM)
    onMachine += 1
    feeder.fed += 1
    var double = record(.plantDoubleFeed, position, carrier)
    double.a = rider.rawValue
    reveal(double)
    if !mailpiece.name.isEmpty { reveal(EventRecord(text: mailpiece.name)) }
    var inducted = record(.pieceInducted, position, rider)
    inducted.arrivedAt = mailpiece.arrivedAt
    reveal(inducted)
    fetchMail()
  }

  /// How long the machine was there to be fed: the scenario's duration, or until a pitch after the last feed.
  public func machineTime(until end: Instant) -> Nanoseconds {
    if settings.duration != .max { return Nanoseconds(max(1, min(settings.duration, end.rawValue))) }
    guard feeder.isDone else { return Nanoseconds(max(1, end.rawValue)) }
    return (feeder.lastFedAt - .start) + settings.geometry.time(of: Pulses(settings.ratedPitch))
  }

  /// How many pieces were fed, each of a double feed counted.
  public var fed: Int { feeder.fed }
}

/// Pieces on their way back to the induction, in the order in which they will be there.
struct ReturnQueue: ~Copyable {
  private var heads: Slab<Int64>
  private var lengths: Slab<Int64>
  private var first = 0
  private var count = 0

  init(capacity: Int) {
    heads = Slab(count: capacity, repeating: 0)
    lengths = Slab(count: capacity, repeating: 0)
  }

  /// A piece of this length will be back at `position`, later than all before it.
  mutating func append(_ position: Int64, length: Int64) {
    let place = (first + count) % heads.count
    heads[place] = position
    lengths[place] = length
    count += 1
  }

  /// The first piece is back.
  mutating func removeFirst() {
    first = (first + 1) % heads.count
    count -= 1
  }

  /// The first place from `position` on where a new piece of this length meets no returning one.
  @inline(__always)
  func firstClear(from position: Int64, for length: Int64, _ settings: PlantSettings) -> Int64 {
    var clear = position
    var index = 0
    while index < count {
      let place = (first + index) % heads.count
      index += 1
      if clear + length + settings.minimumGap <= heads[place] { break }
      if clear < heads[place] + lengths[place] + settings.minimumGap {
        clear = heads[place] + lengths[place] + settings.minimumGap
      }
    }
    return clear
  }
}
