import ControlRuntime
import FileFormats
import SorterModel
import Synchronization

/// The reading of a scanner's lines, as its feed wants it: one parser that remembers the columns it was told.
final class ScannerLines: Sendable {
  private let parser = Mutex(ScannerLineParser())
  private let told = Mutex<[String]>([])

  /// Takes what was wrong with lines since the last time; of many, the first.
  func takeFaults() -> [String] {
    told.withLock { told in
      defer { told.removeAll() }
      return told
    }
  }

  /// A feed from `source`.
  func feed(_ source: ScannerSource) throws(CommandFailure) -> ScannerFeed {
    do throws(ScannerFeedError) {
      return try ScannerFeed(
        source, reading: { self.read($0) },
        told: { text in self.told.withLock { if $0.count < 10 { $0.append(text) } } })
    } catch {
      throw CommandFailure(.unavailable, "the scanner feed: \(error)")
    }
  }

  private func read(_ line: [UInt8]) -> Result<ScannerReading?, ScannerFeed.LineFault> {
    parser.withLock { parser in
      do throws(ScannerLineParser.Fault) {
        return .success(try parser.read(line))
      } catch {
        return .failure(ScannerFeed.LineFault(error.description))
      }
    }
  }
}
