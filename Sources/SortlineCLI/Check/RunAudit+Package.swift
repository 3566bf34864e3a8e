import FileFormats
import Telemetry

extension RunAudit {
  /// Holds the description of the tables against the tables; runs of earlier versions have none.
  func auditPackage(_ run: RunDirectory) {
    let name = DataPackage.fileName
    guard folderEntries(path)?.contains(name) ?? false else { return }
    guard let bytes = readWhole(run.file(name), limit: 1 << 24) else {
      return fault(name, "it cannot be read: \(describeError(lastError))")
    }
    let package: JSONValue
    do throws(JSONSyntaxError) { package = try JSONValue(bytes: bytes[...]) } catch {
      return report.tell(InvalidInput(error, file: "\(path)/\(name)", bytes))
    }
    let wanted = "sortline-run-\(run.text("run_id"))"
    if package["name"]?.text != wanted {
      fault(
        name, "it describes another run", found: quoted(package["name"]?.text ?? ""), expected: quoted(wanted)
      )
    }
    let resources = package["resources"]?.items ?? []
    for table in ["metrics.csv", "pieces.csv"] {
      guard let resource = resources.first(where: { $0["path"]?.text == table }) else {
        fault(name, "it does not describe \(table)")
        continue
      }
      let fields = (resource["schema"]?["fields"]?.items ?? []).compactMap { $0["name"]?.text }
      // What is wrong with the table itself was told where it was read.
      guard let columns = columns(of: run.file(table)), fields != columns else { continue }
      let place = zip(fields, columns).prefix { $0 == $1 }.count
      fault(
        name, "it describes column \(place + 1) of \(table) otherwise than that is",
        found: place < fields.count ? quoted(fields[place]) : "nothing",
        expected: place < columns.count ? quoted(columns[place]) : "nothing")
    }
  }

  private func columns(of file: String) -> [String]? {
    do throws(InvalidInput) { return try TableReader(path: file).columns } catch { return nil }
  }
}
