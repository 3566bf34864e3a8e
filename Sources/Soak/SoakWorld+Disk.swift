import ControlRuntime
import EventRecords
import ModbusPlant
import Quantities
import Synchronization
import Telemetry

/// The controller's process and its disk: how they go, and how the next one goes on.
extension SoakWorld {
  /// The process is gone; what its disk keeps of the run is gone on with, unless somebody begins a new one.
  func kill(_ controller: SoakController, until: Int64, resumes: Bool) {
    controller.die()
    remains = resumes && !logWasDeleted ? controller.remains(disk.storage.contents) : nil
    restartAt = until
  }

  /// The power goes: of what was not made safe the disk keeps what it likes.
  func cutPower(_ controller: SoakController, until: Int64) {
    controller.die()
    let kept = disk.storage.survivors { disks.below($0) }
    remains = logWasDeleted ? nil : controller.remains(kept)
    disk = SoakDisk(kept)
    restartAt = until
  }

  /// The control thread has ended because its journal failed or could not follow; the process ends in good order.
  ///
  /// Somebody looks after the disk and goes on with the run, or begins another.
  func retire(_ controller: SoakController) {
    controller.isInTurn = true
    controller.session.end(at: controller.time(at: now))
    controller.isInTurn = false
    finish(controller)
    // What it did while it could not write stands nowhere: whoever goes on with its run must come to terms with that.
    remains = people.chance(50) && !logWasDeleted ? controller.remains(disk.storage.contents) : nil
    controller.isDead = true
    controller.wire.isDead = true
    restartAt = max(now + 500_000_000, diskFullUntil)
  }

  /// Lets the journal have its turn, where the disk is not busy.
  func turnJournal(_ controller: SoakController) {
    guard now >= diskSlowUntil, !controller.isDead else { return }
    controller.recorder.turn(at: Nanoseconds(now))
    for kind in disk.takeHappened() {
      counts[kind] += 1
      if kind == .diskDeleted { logWasDeleted = true }
    }
  }

  /// Closes the books of a controller that ended by itself.
  func finish(_ controller: SoakController) {
    do throws(RecorderError) {
      lastDigest = try controller.finish(at: now)
    } catch {
      // All else is the disk's doing, which was seen before.
      if case .conservation = error { ledger.violate(.conservation, "\(error)") }
    }
    _ = disk.takeHappened()
  }

  /// Starts a controller: one that goes on with the run that is left, or a new one.
  func start() {
    restartAt = nil
    if now >= diskFullUntil { disk.storage.free() }
    let wire = SoakWire(world: self, transaction: UInt16(truncatingIfNeeded: owners.next()))
    let seed = owners.next()
    do throws(SoakRecovery.Failure) {
      if let remains {
        try goOn(from: remains, wire, seed)
      } else {
        try begin(wire, seed)
      }
      controllers += 1
      remains = nil
      logWasDeleted = false
    } catch {
      switch error {
      case .recorder:
        // Somebody looks after the disk and tries again.
        restartAt = now + 500_000_000
        remains?.files = disk.storage.contents
      case .senseless(let what):
        ledger.violate(.durability, "what was left of a run could not be gone on with: \(what)")
      }
    }
    quietSince = nil
  }

  private func begin(_ wire: SoakWire, _ seed: UInt64) throws(SoakRecovery.Failure) {
    ledger.forgetController()
    disk = SoakDisk()
    let recorder: Recorder
    do throws(RecorderError) {
      recorder = try Recorder(
        machine.run, writing: SoakDisk.files, settings: machine.journalSettings(disk.storage))
    } catch {
      throw .recorder(error)
    }
    controller = SoakController(
      machine: machine, plan: plan, wire: wire, seed: seed, world: self, recorder: recorder)
  }

  private func goOn(from remains: SoakRemains, _ wire: SoakWire, _ seed: UInt64) throws(SoakRecovery.Failure)
  {
    let recovery = try SoakRecovery.recovering(
      machine.run, plan: plan, disk: disk, settings: machine.journalSettings(disk.storage))
    if recovery.events < remains.committedEvents {
      ledger.violate(
        .durability, "\(remains.committedEvents) events were safe, and \(recovery.events) are left")
    }
    // A machine that began anew since has forgotten what it was told before.
    let heard = recovery.port?.place
    let told = remains.committedMachineEvent.event(in: heard?.epoch ?? 0)
    if (heard?.event ?? .min) < told {
      ledger.violate(
        .durability,
        "the machine was told that its event \(told) is safe, and the last known is \(heard?.event ?? 0)")
    }
    if recovery.hasEnded { ledger.violate(.durability, "a run that was cut short says that it has ended") }
    ledger.goOn(inducted: recovery.inducted, ended: recovery.ended)
    let missing = recovery.missing
    let givesUp = recovery.port == nil
    let resumed = SoakController(
      machine: machine, plan: plan, wire: wire, seed: seed, world: self, birth: remains.birth,
      going: recovery)
    controller = resumed
    resumed.loop.goOn(at: Nanoseconds(now), missing: missing, givingUp: givesUp)
    for record in missing where record.outcome != .onMachine {
      ledger.take(outcome: record, byLie: resumed.isByLie(record, direct))
    }
    resumptions += 1
    relay(resumed)
  }

  /// Holds the last run's journal against what was promised: whole to its last event.
  func checkJournal() {
    guard let controller, !controller.hasFailedLogs, ledger.broken == nil else { return }
    do throws(SoakRecovery.Failure) {
      let recovery = try SoakRecovery.recovering(
        machine.run, plan: plan, disk: disk, settings: machine.journalSettings(disk.storage))
      recovery.recorder.abandon()
      if !recovery.hasEnded || !recovery.missing.isEmpty {
        ledger.violate(.durability, "the journal of a run that ended lacks \(recovery.missing.count) events")
      }
    } catch {
      // A disk that is full tells nothing.
      guard case .senseless(let what) = error else { return }
      ledger.violate(.durability, "the journal of a run that ended makes no sense: \(what)")
    }
  }
}
