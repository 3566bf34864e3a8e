import Dispatching
import EventRecords
import Quantities
import SorterModel

/// Jams, and the faults that a scenario puts on its time line.
extension VirtualPlant {
  /// Puts the scenario's faults into the queue.
  mutating func scheduleFaults() {
    for index in scenario.faults.indices {
      queue.push(.faultStarted, at: scenario.faults[index].at.rawValue, argument: index)
    }
  }

  /// A fault of the scenario begins.
  mutating func startFault(_ index: Int) {
    let fault = scenario.faults[index]
    var note = record(.plantFaultStarted, position.rawValue)
    note.count = UInt32(index)
    reveal(note)
    switch fault.kind {
    case .jam(let place):
      startJam(nearestPiece(to: place), clearAfter: fault.lasts.rawValue)
      return
    case .binDisabled(let bin):
      bins[bin.index].isDisabled = true
      report(.binDisabled(bin), at: position.rawValue)
    case .missedDiverts(let bin, let ppm): bins[bin.index].missedDivertPPM = Int32(ppm)
    case .binSensorStuckOn(let bin):
      bins[bin.index].sensor = .stuckOn
      report(.binFull(bin), at: position.rawValue)
    case .binSensorStuckOff(let bin): bins[bin.index].sensor = .stuckOff
    case .sweepers(let count): crew.sweepers = count
    case .noReads, .multiReads, .doubleFeeds, .slip: break
    }
    rates.activeFaults.append(index)
    applyRates()
    if fault.lasts > .zero {
      queue.push(.faultEnded, at: now.rawValue + fault.lasts.rawValue, argument: index)
    }
    startSweeps()
  }

  /// A fault of the scenario ends.
  mutating func endFault(_ index: Int) {
    var note = record(.plantFaultEnded, position.rawValue)
    note.count = UInt32(index)
    reveal(note)
    switch scenario.faults[index].kind {
    case .binDisabled(let bin):
      bins[bin.index].isDisabled = false
      report(.binEnabled(bin), at: position.rawValue)
    case .missedDiverts(let bin, _): bins[bin.index].missedDivertPPM = 0
    case .binSensorStuckOn(let bin):
      bins[bin.index].sensor = .works
      if !isFull(bin) { report(.binAvailable(bin, emptied: false), at: position.rawValue) }
    case .binSensorStuckOff(let bin):
      bins[bin.index].sensor = .works
      if isFull(bin) { report(.binFull(bin), at: position.rawValue) }
    case .sweepers: crew.sweepers = scenario.sweeping.sweepers
    case .jam, .noReads, .multiReads, .doubleFeeds, .slip: break
    }
    rates.activeFaults.removeAll { $0 == index }
    applyRates()
    startSweeps()
  }

  /// The scenario's own rates, raised by the faults that are active.
  private mutating func applyRates() {
    rates.reset()
    for index in rates.activeFaults {
      switch scenario.faults[index].kind {
      case .noReads(let ppm): rates.noReadPPM = max(rates.noReadPPM, ppm)
      case .multiReads(let ppm): rates.multiReadPPM = max(rates.multiReadPPM, ppm)
      case .doubleFeeds(let ppm): rates.doubleFeedPPM = max(rates.doubleFeedPPM, ppm)
      case .slip(let ppm, let maximum):
        rates.slipPPM = max(rates.slipPPM, ppm)
        rates.slipMaximum = max(rates.slipMaximum, maximum)
      default: break
      }
    }
  }

  /// The belt jams, at a piece if there is one; a second jam while one is there changes nothing.
  mutating func startJam(_ slot: Int?, clearAfter time: Int64) {
    guard !isJammed else {
      if let slot { runToEnd(slot) }
      return
    }
    isJammed = true
    if let slot {
      jammedSlot = slot
      pieces[slot].stage = .jammed
      wheel.remove(slot)
    }
    belt.stop(at: now)
    report(.jamStarted, at: position.rawValue)
    queue.push(.jamCleared, at: now.rawValue + time)
  }

  /// The jam is cleared: the piece that caused it is taken off by hand.
  mutating func clearJam() {
    if jammedSlot >= 0 {
      let piece = pieces[jammedSlot].piece
      leaveMachine(jammedSlot)
      jammedSlot = -1
      report(.pieceRemoved(piece), at: position.rawValue)
    }
    queue.push(.beltStarted, at: now.rawValue + profile.belt.restart.rawValue)
  }

  /// The belt is up to speed.
  mutating func startBelt() {
    belt.start(at: now)
    isJammed = false
    report(.jamCleared, at: position.rawValue)
  }

  /// The piece on the belt within a metre of a place, nearest first.
  private func nearestPiece(to place: Millimetres) -> Int? {
    let target = settings.geometry.pulses(place).rawValue
    let reach = settings.geometry.pulses(Millimetres(1000)).rawValue
    let here = position.rawValue
    var best: Int?
    var bestMiss = reach
    for slot in 0..<pieces.count where pieces[slot].piece != .none && pieces[slot].stage != .toInduction {
      let miss = abs(here - pieces[slot].origin - pieces[slot].slip - target)
      if miss < bestMiss || (miss == bestMiss && best == nil) {
        best = slot
        bestMiss = miss
      }
    }
    return best
  }
}
