import Glibc

/// The system's words for an error number, with the number: `No space left on device (errno 28)`.
package func systemText(_ code: Int32) -> String {
  var bytes = [CChar](repeating: 0, count: 256)
  // Swift sees the POSIX variant, which fills the buffer and answers an error number.
  let result = unsafe strerror_r(code, &bytes, bytes.count)
  guard result == 0 else { return "errno \(code)" }
  let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return "\(text) (errno \(code))"
}
