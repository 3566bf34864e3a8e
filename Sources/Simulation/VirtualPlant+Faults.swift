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
    if case .jam(let place) = fault.kind {
      if !isJammed { startJam(nearestPiece(to: place), clearAfter: fault.lasts.rawValue) }
      queue.push(.faultEnded, at: now.rawValue + fault.lasts.rawValue, argument: index)
      return
    }
    activeFaults.append(index)
    applyFaults(to: fault.kind.bin)
    queue.push(.faultEnded, at: now.rawValue + fault.lasts.rawValue, argument: index)
  }

  /// A fault of the scenario ends.
  mutating func endFault(_ index: Int) {
    var note = record(.plantFaultEnded, position.rawValue)
    note.count = UInt32(index)
    reveal(note)
    // A jam is cleared by its own event, after which the belt takes its time to start.
    if case .jam = scenario.faults[index].kind { return }
    activeFaults.removeAll { $0 == index }
    applyFaults(to: scenario.faults[index].kind.bin)
  }

  /// Makes the rates, the crew and a bin what the active faults together say: faults may overlap.
  private mutating func applyFaults(to bin: BinID?) {
    applyRates()
    crew.sweepers = scenario.sweeping.sweepers
    var isDisabled = false
    var missedDivertPPM = 0
    var sensor = PlantBin.Sensor.works
    for index in activeFaults {
      let kind = scenario.faults[index].kind
      if case .sweepers(let count) = kind { crew.sweepers = count }
      guard kind.bin == bin else { continue }
      switch kind {
      case .binDisabled: isDisabled = true
      case .missedDiverts(_, let ppm): missedDivertPPM = max(missedDivertPPM, ppm)
      case .binSensorStuckOn: sensor = .stuckOn
      case .binSensorStuckOff: sensor = .stuckOff
      default: break
      }
    }
    if let bin {
      bins[bin.index].missedDivertPPM = Int32(missedDivertPPM)
      setDisabled(isDisabled, bin)
      setSensor(sensor, bin)
    }
    startSweeps()
  }

  /// Takes a bin out of service or puts it back; one that is closed for its sweep stays so until that ends.
  private mutating func setDisabled(_ isDisabled: Bool, _ bin: BinID) {
    guard bins[bin.index].isDisabled != isDisabled else { return }
    bins[bin.index].isDisabled = isDisabled
    let isClosed = scenario.sweeping.closesBin && bins[bin.index].sweep == .underWay
    if isDisabled {
      report(.binDisabled(bin), at: position.rawValue)
    } else if !isClosed {
      report(.binEnabled(bin), at: position.rawValue)
    }
  }

  /// A bin's full signal sticks, or tells the truth again.
  private mutating func setSensor(_ sensor: PlantBin.Sensor, _ bin: BinID) {
    let before = bins[bin.index].sensor
    guard sensor != before else { return }
    bins[bin.index].sensor = sensor
    let isFull = isFull(bin)
    if sensor == .stuckOn || (sensor == .works && isFull) {
      report(.binFull(bin), at: position.rawValue)
    } else if before == .stuckOn {
      report(.binAvailable(bin, emptied: bins[bin.index].wasEmptiedUnseen), at: position.rawValue)
      bins[bin.index].wasEmptiedUnseen = false
    }
  }

  /// The scenario's own rates, raised by the faults that are active.
  private mutating func applyRates() {
    rates = PlantRates(scenario.imperfections)
    for index in activeFaults {
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

  /// The belt jams, at a piece if there is one; it must not be jammed yet.
  mutating func startJam(_ slot: Int?, clearAfter time: Int64) {
    isJammed = true
    if let slot {
      jammedSlot = slot
      pieces[slot].stage = .jammed
      schedule.remove(slot)
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

  private func isOnBelt(_ slot: Int) -> Bool {
    pieces[slot].stage != .toInduction && pieces[slot].stage != .gone && slot != atEnd
  }

  /// The piece on the belt within a metre of a place, nearest first.
  private func nearestPiece(to place: Millimetres) -> Int? {
    let target = settings.geometry.pulses(place).rawValue
    let reach = settings.geometry.pulses(Millimetres(1000)).rawValue
    let here = position.rawValue
    var best: Int?
    var bestMiss = reach
    for slot in 0..<pieces.count where pieces[slot].piece != .none && isOnBelt(slot) {
      let miss = abs(here - pieces[slot].origin - Int64(pieces[slot].slip) - target)
      if miss < bestMiss || (miss == bestMiss && best == nil) {
        best = slot
        bestMiss = miss
      }
    }
    return best
  }
}
