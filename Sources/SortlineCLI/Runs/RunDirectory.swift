import FileFormats
import Glibc

/// A run directory that was written earlier, as far as `run.json` describes it.
package struct RunDirectory {
  /// The folder as the person named it.
  package var path: String
  /// What `run.json` says.
  package var facts: JSONValue

  /// Opens the run at `path`, which may also name its `run.json`.
  package init(path: String) throws(CommandFailure) {
    var folder = path
    if folder.hasSuffix("/run.json") { folder.removeLast("/run.json".count) }
    if folder == "run.json" { folder = "." }
    self.path = folder
    guard let bytes = readWhole(folder + "/run.json", limit: 1 << 24) else {
      let why = describeError(errno)
      throw CommandFailure(
        .noInput, "'\(printable(path))' is no run directory: its run.json cannot be read (\(why))",
        advice: StudyDirectory.isOne(folder)
          ? "This is a study of many runs: 'compare' holds it against another one."
          : "A run directory is what 'sortline simulate' leaves, such as runs/peak-hour-1.")
    }
    do throws(JSONSyntaxError) {
      facts = try JSONValue(bytes: bytes[...])
    } catch {
      throw CommandFailure(InvalidInput(error, file: folder + "/run.json", bytes))
    }
  }

  /// What its summary.json says; nil of a run that left none.
  package func summary() throws(InvalidInput) -> JSONValue? {
    let path = file("summary.json")
    guard let bytes = readWhole(path, limit: 1 << 26) else {
      if errno == ENOENT { return nil }
      throw InvalidInput(
        [Diagnostic(file: path, "cannot be read (\(describeError(errno)))")], category: .noInput)
    }
    do throws(JSONSyntaxError) {
      return try JSONValue(bytes: bytes[...])
    } catch {
      throw InvalidInput(error, file: path, bytes)
    }
  }

  /// The text of a member of `run.json`; empty where it has none.
  package func text(_ key: String) -> String { facts[key]?.text ?? "" }

  /// The path of one of the run's files.
  package func file(_ name: String) -> String { path + "/" + name }

  /// The input of this role; nil where the run had none.
  package func input(role: String) -> JSONValue? {
    facts["inputs"]?.items.first { $0["role"]?.text == role }
  }

  /// Hands over each row of the run's list of pieces, which must have these columns.
  package func forEachPiece(
    needing columns: [String], _ body: (TableReader) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let table: TableReader
    do throws(InvalidInput) {
      table = try TableReader(path: file("pieces.csv"), required: columns)
    } catch {
      throw CommandFailure(error, advice: "A run made with --summary-only has no list of pieces.")
    }
    while true {
      do throws(InvalidInput) {
        if try !table.next() { return }
      } catch {
        throw CommandFailure(error)
      }
      try body(table)
    }
  }

  /// The lines of the sort plan the run used, if its file is still where it was and unchanged.
  ///
  /// It is looked for as it was named, then under `home`, then in the run's own parent folders.
  package func planLines(home: String?) -> PlanText {
    guard let plan = input(role: "plan"), let name = plan["path"]?.text else { return .unknown }
    // A plan of the scenario's own is named by its last part where the scenario was given by a full path.
    let own = "scenarios/" + text("scenario") + "/" + name
    var places = [name, own]
    if !name.hasPrefix("/") {
      if let home { places += [home + "/" + name, home + "/" + own] }
      places += (1...3).map { "\(path)/" + String(repeating: "../", count: $0) + name }
    }
    var changed = false
    for place in places {
      guard let bytes = readWhole(place, limit: 1 << 26) else { continue }
      var digest = FNV1a64()
      digest.combine(bytes)
      if plan["digest"]?.text != "fnv1a64:" + digest.hexadecimal {
        changed = true
        continue
      }
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      return .found(path: name, lines: lines.map { String(decoding: $0, as: UTF8.self) })
    }
    return changed ? .changed(path: name) : .missing(path: name)
  }
}

/// The text of the plan that a run used, as far as it can still be had.
package enum PlanText: Equatable {
  /// The very file the run used.
  case found(path: String, lines: [String])
  /// The file has changed since.
  case changed(path: String)
  /// The file is not where it was.
  case missing(path: String)
  /// The run does not say.
  case unknown

  /// The line with this number, from 1, and the path of the plan.
  package func line(_ number: Int) -> String? {
    guard case .found(_, let lines) = self, number >= 1, number <= lines.count else { return nil }
    let line = lines[number - 1]
    return printable(line.hasSuffix("\r") ? String(line.dropLast()) : line, limit: 400)
  }
}

extension PlanText {
  /// The bins that a line of a plan in CSV names first, as it writes them; nil where that cannot be told.
  package func firstBins(_ number: Int) -> String? {
    guard case .found(let path, let lines) = self, path.hasSuffix(".csv"), let row = line(number),
      let header = lines.first(where: { !$0.hasPrefix("#") })
    else { return nil }
    let columns = header.split(separator: ",", omittingEmptySubsequences: false)
    let fields = row.split(separator: ",", omittingEmptySubsequences: false)
    guard let place = columns.firstIndex(where: { $0.filter { !$0.isWhitespace } == "bins" }),
      fields.count == columns.count, !row.contains("\"")
    else { return nil }
    return String(fields[place])
  }
}

/// The bytes of an ordinary file of at most `limit` bytes; nil with `errno` set if that cannot be had.
///
/// - Parameter start: the first byte that is wanted.
func readWhole(_ path: String, limit: Int, upTo most: Int = .max, from start: Int = 0) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  if descriptor < 0 { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else { return nil }
  guard status.st_mode & S_IFMT == S_IFREG else {
    errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
    return nil
  }
  guard status.st_size <= limit else {
    errno = EFBIG
    return nil
  }
  var bytes = [UInt8](repeating: 0, count: max(0, min(most, Int(status.st_size) - start)))
  var have = 0
  while have < bytes.count {
    let got = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(descriptor, buffer.baseAddress! + have, buffer.count - have, off_t(start + have))
    }
    if got < 0 && errno == EINTR { continue }
    if got < 0 { return nil }
    if got == 0 { break }
    have += got
  }
  bytes.removeLast(bytes.count - have)
  return bytes
}

extension InvalidInput {
  /// What is wrong with a JSON file of a run, with its line and column, both from 1 and counted in bytes.
  init(_ error: JSONSyntaxError, file: String, _ bytes: [UInt8]) {
    let before = bytes.prefix(error.offset)
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    self.init(
      [
        Diagnostic(
          file: file, line: before.count { $0 == 0x0A } + 1, column: error.offset - lineStart + 1,
          error.message)
      ], category: .badData)
  }
}
