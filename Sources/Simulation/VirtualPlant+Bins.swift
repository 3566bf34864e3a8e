import Dispatching
import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// The people who empty bins, and the bins that wait for them in the order of asking.
struct SweepCrew: ~Copyable {
  /// How many are at work now; a fault of the scenario may change it.
  var sweepers: Int
  var busy = 0
  private var waiting: Slab<UInt16>
  private var first = 0
  private(set) var waitingCount = 0

  init(sweepers: Int, binCount: Int) {
    self.sweepers = sweepers
    waiting = Slab(count: binCount, repeating: 0)
  }

  mutating func enqueue(_ bin: BinID) {
    waiting[(first + waitingCount) % waiting.count] = bin.rawValue
    waitingCount += 1
  }

  mutating func dequeue() -> BinID {
    let bin = BinID(waiting[first])
    first = (first + 1) % waiting.count
    waitingCount -= 1
    return bin
  }
}

/// Bins fill, signal and are swept.
extension VirtualPlant {
  /// Looks at a bin that has just gained a piece: its full signal, and whether a sweep is due.
  @inline(__always)
  mutating func checkLevel(of bin: BinID, _ position: Int64) {
    if isFull(bin) || isDueForSweep(bin) { callForSweep(of: bin, position) }
  }

  /// A bin is full, or so full that a sweep is due.
  @inline(never)
  private mutating func callForSweep(of bin: BinID, _ position: Int64) {
    if isFull(bin) && !bins[bin.index].isSignalledFull { signalFull(bin, position) }
    if bins[bin.index].sweep == .none { askForSweep(of: bin) }
  }

  // A bin's fields are read where they lie: a method of `PlantBin` would copy all of it first.

  /// Whether a bin has no room for one more piece like the largest in it.
  ///
  /// By thickness and weight a bin is rarely full to the last tenth: it would wait for ever for a piece that fits.
  @inline(__always)
  func isFull(_ bin: BinID) -> Bool {
    let bin = unsafe bins.cell(bin.index)
    return bin.value.pieces >= bin.value.capacityPieces
      || bin.value.thickness &+ Int64(bin.value.thickest) > bin.value.capacityThickness
      || bin.value.weight &+ Int64(bin.value.heaviest) > bin.value.capacityWeight
  }

  /// Whether a piece finds room in a bin.
  @inline(__always)
  func hasRoom(_ bin: SlabCell<PlantBin>, for piece: SlabCell<PlantPiece>) -> Bool {
    bin.value.pieces < bin.value.capacityPieces
      && bin.value.thickness &+ Int64(piece.value.mail.dimensions.height.tenths)
        <= bin.value.capacityThickness
      && bin.value.weight &+ Int64(piece.value.mail.dimensions.weight.tenths) <= bin.value.capacityWeight
  }

  /// Whether a bin is so full that a sweep is asked for.
  @inline(__always)
  private func isDueForSweep(_ bin: BinID) -> Bool {
    let bin = unsafe bins.cell(bin.index)
    return bin.value.pieces >= bin.value.callPieces
      || bin.value.thickness >= bin.value.callThickness || bin.value.weight >= bin.value.callWeight
  }

  /// Puts one piece's measures on a bin's pile.
  @inline(__always)
  mutating func pile(_ dimensions: Dimensions, into bin: BinID) {
    let bin = unsafe bins.cell(bin.index)
    bin.value.pieces &+= 1
    bin.value.thickness &+= Int64(dimensions.height.tenths)
    bin.value.weight &+= Int64(dimensions.weight.tenths)
    bin.value.thickest = max(bin.value.thickest, dimensions.height.tenths)
    bin.value.heaviest = max(bin.value.heaviest, dimensions.weight.tenths)
  }

  private mutating func signalFull(_ bin: BinID, _ position: Int64) {
    bins[bin.index].isSignalledFull = true
    guard bins[bin.index].sensor == .works else { return }
    if random.binSensors.happens(ppm: rates.ordinary.binSensorMissPPM) { return }
    report(.binFull(bin), at: position)
  }

  private mutating func askForSweep(of bin: BinID) {
    bins[bin.index].sweep = .asked
    bins[bin.index].sweepAskedAt = now
    crew.enqueue(bin)
    startSweeps()
  }

  /// Sends every free sweeper to the bin that has waited longest.
  mutating func startSweeps() {
    while crew.waitingCount > 0 && crew.busy < crew.sweepers {
      let bin = crew.dequeue()
      crew.busy += 1
      bins[bin.index].sweep = .underWay
      var record = record(.plantSweepStarted, position.rawValue)
      record.bin = bin
      record.span = UInt32(clamping: (now - bins[bin.index].sweepAskedAt).rawValue / 1_000_000)
      reveal(record)
      if scenario.sweeping.closesBin && !bins[bin.index].isDisabled {
        report(.binDisabled(bin), at: position.rawValue)
      }
      let service = scenario.sweeping.service
      let time = random.sweeping.within(service.lowerBound.rawValue, service.upperBound.rawValue)
      queue.push(.swept, at: now.rawValue + time, argument: bin.index)
    }
  }

  /// A sweeper has emptied a bin: everything that lay in it at that moment is out.
  mutating func sweepDone(_ bin: BinID) {
    let position = position.rawValue
    var record = record(.plantSwept, position)
    record.bin = bin
    record.count = UInt32(clamping: bins[bin.index].pieces)
    reveal(record)
    bins[bin.index].pieces = 0
    bins[bin.index].thickness = 0
    bins[bin.index].weight = 0
    bins[bin.index].thickest = 0
    bins[bin.index].heaviest = 0
    bins[bin.index].isSignalledFull = false
    bins[bin.index].sweep = .none
    if scenario.sweeping.closesBin && !bins[bin.index].isDisabled { report(.binEnabled(bin), at: position) }
    if bins[bin.index].sensor == .stuckOn {
      bins[bin.index].wasEmptiedUnseen = true
    } else {
      report(.binAvailable(bin, emptied: true), at: position)
    }
    crew.busy -= 1
    startSweeps()
  }
}
