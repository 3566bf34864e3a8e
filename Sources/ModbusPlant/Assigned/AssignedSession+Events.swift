import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// Events: the machine's reports and its answers, in the order in which they happened.
extension AssignedSession {
  /// An input with the belt position that orders it.
  struct Arrival {
    var place: Int64
    var event: FieldInput.Event
    var number: Int64?
  }

  /// Reads new events and new answers, and puts them in order.
  func takeEventsAndAnswers() throws(SessionFault) {
    // What was read before a request failed counts: it would not be read again.
    defer { putArrivals() }
    try readEvents()
    // As long as events are to come, nothing may be placed beyond the last that was read.
    let isAllRead = eventRead == eventHead.value
    if isAllRead { isBehind = false }
    try readAnswers(upTo: isAllRead ? encoder.position : arrivals.last?.place ?? outbox.position.rawValue)
  }

  /// Puts what was read into the order in which it happened.
  private func putArrivals() {
    // Stable: events stay in their order, whatever their counts say.
    for (_, arrival) in arrivals.enumerated().sorted(by: { ($0.1.place, $0.0) < ($1.1.place, $1.0) }) {
      outbox.put(arrival.event, at: Pulses(arrival.place), now: now, event: arrival.number)
    }
    let isMoved = arrivals.contains { $0.number != nil }
    let isQuiet = arrivals.isEmpty && eventRead == eventHead.value
    arrivals.removeAll(keepingCapacity: true)
    if isQuiet, now - advancedAt >= Self.advance, encoder.position > outbox.position.rawValue {
      outbox.put(.encoderAdvanced, at: Pulses(encoder.position), now: now)
      advancedAt = now
    }
    if isMoved { markPlace() }
    // Numbers of events that said nothing to the dispatcher are taken over as well.
    if outbox.isEmpty && eventRead > eventTail { eventTail = eventRead }
  }

  /// How often the dispatcher hears of the belt when nothing else happens.
  private static var advance: Nanoseconds { .milliseconds(50) }

  /// In how many turns an event that is announced must be there.
  private static var eventPatience: Int { 40 }

  /// Requests for events in one turn; what is left waits for the next, so that no heartbeat waits for it.
  private static var eventRequests: Int { 4 }

  private func readEvents() throws(SessionFault) {
    let slots = layout.eventSlots
    if eventHead.value - eventRead > Int64(slots) {
      // The machine went over events that were not taken: those are lost, and said to be.
      lostEvents += UInt64(eventHead.value - eventRead - Int64(slots))
      eventRead = eventHead.value - Int64(slots)
      losingEvents()
    }
    let perRequest = max(1, link.settings.limits.readRegisters / EventSlot.registers)
    for _ in 0..<Self.eventRequests where eventRead < eventHead.value {
      let first = Int((eventRead + 1) % Int64(slots))
      let count = min(perRequest, Int(eventHead.value - eventRead), slots - first)
      try asking { () throws(ModbusFault) in
        try self.link.read(
          self.layout.events, from: first * EventSlot.registers, count: count * EventSlot.registers,
          into: &self.words)
      }
      for index in 0..<count {
        guard takeEvent(at: index * EventSlot.registers) else { return }
      }
    }
  }

  /// Takes one event out of the words that were read; false where it is not there yet or torn.
  private func takeEvent(at place: Int) -> Bool {
    let number = eventRead + 1
    var slot = EventSlot(from: words, at: place, layout.order)
    if slot == nil {
      slot = EventSlot.withoutDestination(from: words, at: place, layout.order)
      if slot != nil { conditions.happened(.protocolFault, at: now) }
    }
    let ahead = slot.map { Int16(bitPattern: $0.number &- UInt16(truncatingIfNeeded: number)) } ?? -1
    guard ahead == 0, let slot else {
      eventTries += 1
      // A newer number: this one was written over. An older one: not there yet, but not for ever.
      guard ahead > 0 || eventTries > Self.eventPatience else { return false }
      eventTries = 0
      eventRead = number
      lostEvents += 1
      losingEvents()
      return true
    }
    eventTries = 0
    eventRead = number
    let piece = PieceID(slot.isAboutPiece ? pieces.take(slot.piece) : 0)
    guard let event = slot.fieldEvent(piece: piece, at: now) else {
      unknownEvents += 1
      return true
    }
    if takenBefore.remove(event) { return true }
    keepBin(slot)
    if event.kind == .jamStarted || event.kind == .jamCleared { toldJam = event.kind == .jamStarted }
    if slot.kind == EventSlot.Kind.stateChanged.rawValue {
      // The status block may have told it already.
      if toldState == UInt16(slot.detail) { return true }
      toldState = UInt16(slot.detail)
    }
    let position = encoder.position(of: slot.encoder)
    if position > encoder.position { conditions.happened(.protocolFault, at: now) }
    let floor = arrivals.last?.place ?? outbox.position.rawValue
    let place = min(max(position, floor), max(encoder.position, floor))
    arrivals.append(Arrival(place: place, event: event, number: number))
    return true
  }

  /// What an event says of a bin is what is known of it from then on.
  private func keepBin(_ slot: EventSlot) {
    let bin = Int(slot.bin)
    guard profile.bins.indices.contains(bin) else { return }
    switch EventSlot.Kind(rawValue: slot.kind) {
    case .binFull: binsFull[bin] = true
    case .binAvailable: binsFull[bin] = false
    case .binDisabled: binsDisabled[bin] = true
    case .binEnabled: binsDisabled[bin] = false
    default: break
    }
  }

  /// Reads the answers to commands whose number the machine has passed.
  private func readAnswers(upTo bound: Int64) throws(SessionFault) {
    let distance = ExtendedCounter(UInt16(truncatingIfNeeded: book.done)).distance(to: status.mailboxDone)
    guard distance != 0 else { return }
    guard distance > 0 && distance <= book.underWay.count else {
      return abandonNumbering(status)
    }
    var left = Int(distance)
    while left > 0 {
      let first = Int((book.done + 1) % Int64(layout.mailboxSlots))
      let count = min(left, layout.mailboxSlots - first)
      let answers = try readAnswerSlots(first, count)
      for answer in answers {
        let order = book.answered()
        guard !order.isClosed else { continue }
        settle(order, answer, upTo: bound)
      }
      left -= count
    }
  }

  /// Reads answers; where one bears another number, once more: it may have been read while it was written.
  private func readAnswerSlots(_ first: Int, _ count: Int) throws(SessionFault) -> [AnswerSlot] {
    var answers: [AnswerSlot] = []
    for _ in 0..<2 {
      try asking { () throws(ModbusFault) in
        try self.link.read(
          self.layout.answers, from: first * AnswerSlot.registers, count: count * AnswerSlot.registers,
          into: &self.words)
      }
      answers = (0..<count).map {
        AnswerSlot(from: words, at: $0 * AnswerSlot.registers, layout.order) ?? AnswerSlot()
      }
      let numbers = book.underWay.prefix(count).map(\.slot.sequence)
      if answers.map(\.sequence) == numbers { return answers }
    }
    return answers
  }

  /// Gives a command its outcome by its answer.
  private func settle(_ order: CommandBook.Order, _ answer: AnswerSlot, upTo bound: Int64) {
    guard answer.sequence == order.slot.sequence, let result = AnswerSlot.Result(rawValue: answer.result)
    else {
      conditions.happened(.protocolFault, at: now)
      closeUnknown()
      return
    }
    let word: FieldInput.Answer
    switch result {
    case .accepted: (word, _) = (.accepted, book.close(.accepted, wasSent: true))
    case .late: (word, _) = (.late, book.close(.late, wasSent: true))
    case .refused, .unknownPiece, .wrongEpoch, .notArmed:
      (word, _) = (.refused, book.close(.refused, wasSent: true))
    }
    let command = order.given.command
    if result == .accepted, command.kind == .holdInduction || command.kind == .releaseInduction {
      machineHolds = command.kind == .holdInduction
    }
    guard command.kind == .assign else { return }
    let effect = encoder.position(of: answer.encoder)
    arrivals.append(
      Arrival(
        place: max(min(effect, bound), outbox.position.rawValue),
        event: .assignmentAnswered(command.piece, sequence: command.sequence, word, at: Pulses(effect))))
  }
}
