import ControlRuntime
import Quantities

/// Measures how late a control cycle wakes that does nothing else.
///
///     CycleBench CYCLES PERIOD_US PRIORITY SPIN_US
///
/// Prints one JSON object: percentiles of the lateness in microseconds, periods skipped, what was not granted.
@main
struct CycleBench {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int64($0) }
    guard numbers.count == 4, numbers[0] > 0, numbers[1] > 0, (0...numbers[1]).contains(numbers[3]) else {
      print("CycleBench CYCLES PERIOD_US PRIORITY SPIN_US")
      return
    }
    let cycles = Int(numbers[0])
    var lateness = [Int64](repeating: 0, count: cycles)
    var skipped = 0
    let refused = RealTimePermission.hold(priority: Int(numbers[2])) { permission in
      var pacer = CyclePacer(
        period: Nanoseconds(numbers[1] * 1000), spin: Nanoseconds(numbers[3] * 1000))
      for cycle in 0..<cycles {
        let wake = pacer.wait()
        lateness[cycle] = wake.lateness.rawValue
        skipped += wake.skippedPeriods
      }
      return permission.refused
    }
    lateness.sort()
    func percentile(_ hundredths: Int) -> String {
      let place = min(cycles - 1, max(0, (cycles * hundredths + 9_999) / 10_000 - 1))
      return "\(Double(lateness[place]) / 1000)"
    }
    let words = refused.map { "\"\($0)\"" }.joined(separator: ", ")
    print(
      "{\"p50_us\": \(percentile(5_000)), \"p99_us\": \(percentile(9_900)), \"p999_us\": \(percentile(9_990)), "
        + "\"max_us\": \(percentile(10_000)), \"skipped\": \(skipped), \"refused\": [\(words)]}")
  }
}
