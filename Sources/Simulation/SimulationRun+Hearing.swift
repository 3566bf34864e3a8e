import Dispatching
import EventRecords
import Quantities
import SorterModel

/// How the dispatcher hears of what happened in the plant, and the plant of what it wants.
extension SimulationRun {
  /// Lets the next event happen and hands on what it left; false where nothing is due.
  ///
  /// This is `VirtualPlant.advance` with an ear at each kind of event. What an event mostly leaves, a plain
  /// signal, goes to the function that `Dispatcher.step` would call, without being written down first.
  @inline(__always)
  mutating func next() -> Bool {
    let event = plant.begin(notAfter: until)
    switch event {
    case .nothing: return false
    case .timed:
      plant.happen()
      hearPlant()
    case .feeding:
      plant.feed(plant.beltPosition)
      hearInduction()
    case .reading:
      plant.readNext()
      hearReading()
      settle()
    case .confirm, .point:
      plant.passNext(event)
      if plant.signalCount > 0 { hearConfirm() }
      settle()
    case .several:
      plant.passFirst()
      hearPlant()
      settle()
    }
    if directives.isNearlyFull { passRecordsOn() }
    return true
  }

  private var moment: Moment {
    @inline(__always) get { Moment(now: plant.now, position: plant.position) }
  }

  @inline(__always)
  private mutating func hearInduction() {
    guard plant.plain == .inducted, !keepsInputs else { return hearPlant() }
    plant.plain = .none
    let arrivedAt = plant.pieces[plant.plainSlot].mail.arrivedAt
    dispatcher.induct(
      plant.plainPiece, arrivedAt: arrivedAt, gap: Pulses(plant.feeder.lastGap), moment, &directives)
    if directives.commandCount > 0 { obeySeldom() }
  }

  @inline(__always)
  private mutating func hearReading() {
    guard plant.plain == .identified, !keepsInputs else { return hearPlant() }
    plant.plain = .none
    let mail = unsafe plant.pieces.cell(plant.plainSlot)
    dispatcher.identify(
      plant.plainPiece, mail.value.mail.destination, mail.value.mail.dimensions, .good, moment, &directives)
    if directives.commandCount > 0 { obey(at: moment) }
  }

  @inline(__always)
  private mutating func hearConfirm() {
    guard plant.plain == .confirmed, !keepsInputs else { return hearPlant() }
    plant.plain = .none
    dispatcher.confirm(plant.plainPiece, in: plant.pieces[plant.plainSlot].bin, moment, &directives)
    if directives.commandCount > 0 { obeySeldom() }
  }

  /// Where a step seldom calls for a command.
  @inline(never)
  private mutating func obeySeldom() { obey(at: moment) }

  /// What follows once the commands of an event have been given.
  @inline(__always)
  private mutating func settle() {
    guard plant.needsSettling else { return }
    plant.settle()
    hearPlant()
  }

  /// Has the plant carry out what the dispatcher wants, and the dispatcher hear the answer.
  @inline(__always)
  private mutating func obey(at moment: Moment) {
    let command = directives.command(0)
    guard directives.commandCount == 1 && command.kind == .assign else {
      obey()
      return hearPlant()
    }
    directives.removeCommands()
    guard let answer = plant.take(command) else { return }
    dispatcher.hear(answer, of: command.piece, sequence: command.sequence, moment, &directives)
    precondition(directives.commandCount == 0, "no answer of the machine calls for a command")
  }

  /// Hands the plant's signals to the dispatcher, and the dispatcher's commands to the plant.
  @inline(never)
  mutating func hearPlant() {
    plant.writePlainOut()
    var index = 0
    // Obeying may add signals: the count is read anew each time.
    while index < plant.signals.count {
      if let input = plant.signals.inputIndex(index) {
        let before = directives.recordCount
        dispatcher.step(plant.signals.inputs, input, at: plant.now, into: &directives)
        if keepsInputs { keep(plant.signals.inputs[input], didNothing: directives.recordCount == before) }
        obey()
        if directives.isNearlyFull { passRecordsOn() }
      } else {
        passRecordsOn()
        record(plant.signals.truth(index))
      }
      index &+= 1
    }
  }

  /// Writes down what the dispatcher was stepped with, and now and then what came of all so far.
  private func keep(_ input: FieldInput, didNothing: Bool) {
    // The belt that moved on and changed nothing: nobody misses it.
    if didNothing, input.event.kind == .encoderAdvanced { return }
    if recorder.emit(input: EventRecord(input, at: plant.now)) { mark() }
  }

  /// Writes down the digest over every directive so far.
  func mark() {
    recorder.emit(EventRecord(mark: directives.digest.value, at: plant.now, position: plant.position))
  }

  private mutating func obey() {
    for index in 0..<directives.commandCount { plant.apply(directives.command(index)) }
    directives.removeCommands()
  }
}
