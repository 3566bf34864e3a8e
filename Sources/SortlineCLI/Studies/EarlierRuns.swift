import Experiments
import FileFormats

/// What an earlier sweep of a study left in its folder, as far as it still holds.
///
/// A run is known by its id, which is a digest over its inputs, its seed and what was overridden: where the study
/// was changed meanwhile, the runs that it still has are taken over, whatever their numbers are now.
struct EarlierRuns {
  /// The runs that hold, with their numbers of now.
  var rows: [StudyRun] = []
  /// How many have no place in the study as it is now.
  var dropped = 0

  /// Looks at a folder; nothing is changed.
  ///
  /// - Parameters:
  ///   - force: whether runs without a place in the study may be dropped.
  ///   - whatForceDoes: the words that tell a person what --force would do about them.
  /// - Throws: `cannotCreate` where earlier runs would be lost, unless `force` is given.
  init(at place: String, of record: StudyRecord, points: StudyPoints, force: Bool, whatForceDoes: String)
    throws
  {
    guard StudyDirectory.isOne(place) else { return }
    let earlier: StudyRecord
    var found: [StudyRun]
    do throws(InvalidInput) {
      earlier = try StudyRecord(path: place + "/" + StudyDirectory.files[0])
      found = try StudyTable(of: earlier).runsIfThere(in: place)
    } catch {
      if force { return }
      throw CommandFailure(
        error,
        advice: "The earlier runs cannot be taken over; --force begins anew, and so does another --out.")
    }
    if earlier == record {
      rows = found
      return
    }
    if earlier.programVersion == record.programVersion && earlier.figures == record.figures {
      var byID: [UInt64: StudyRun] = [:]
      for run in found { byID[run.runID] = run }
      for number in 0..<record.runCount {
        let at = record.place(of: number)
        guard var run = byID[try points.replicator(of: at.point).runID(seed: record.seed(of: number))] else {
          continue
        }
        run.run = number
        run.point = at.point
        run.replication = at.replication
        rows.append(run)
      }
    }
    let taken = Set(rows.map(\.runID))
    dropped = found.count { !taken.contains($0.runID) }
    if dropped == 0 || force { return }
    let why =
      earlier.programVersion == record.programVersion
      ? "the study was changed" : "they are of version \(printable(earlier.programVersion)) of sortline"
    throw CommandFailure(
      .cannotCreate,
      "'\(printable(place, limit: 240))' holds \(grouped(dropped)) runs that have no place in this study: \(why)",
      advice: "Choose another folder with --out, or add --force to \(whatForceDoes).")
  }
}
