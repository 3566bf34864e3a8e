import Glibc

/// What the system says and does about a serial port beyond what libmodbus asks of it.
enum SerialPort {
  /// Takes the lock of the port, which says to others of its kind that it is in use; throws where it is taken.
  ///
  /// `flock` goes by the device, whatever path leads to it, and ends with the process.
  static func lock(_ path: String) throws(ModbusFault) -> Int32 {
    let descriptor = unsafe open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw code == EBUSY ? .portInUse(path) : .portNotOpened(path, errno: code)
    }
    guard isatty(descriptor) == 1 else {
      _ = close(descriptor)
      throw .portNotOpened(path, errno: ENOTTY)
    }
    var exclusive: Int32 = 0
    let asked = unsafe ioctl(descriptor, UInt(0x8004_5440), &exclusive)  // TIOCGEXCL
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, asked != 0 || exclusive == 0 else {
      _ = close(descriptor)
      throw .portInUse(path)
    }
    return descriptor
  }

  /// Lets nobody else open the port while it is open; the superuser can all the same.
  static func keepOthersOff(_ descriptor: Int32) { _ = ioctl(descriptor, UInt(TIOCEXCL)) }

  /// Takes `keepOthersOff` back, for a port that another program of ours has open still.
  static func letOthersOn(_ descriptor: Int32) { _ = ioctl(descriptor, UInt(TIOCNXCL)) }

  /// Whether the descriptor is a pseudo-terminal, where bytes travel whole: no parity, no bits on a wire.
  private static func isPseudoTerminal(_ descriptor: Int32) -> Bool {
    var status = stat()
    // Linux numbers the devices of /dev/pts 136 to 143.
    return unsafe fstat(descriptor, &status) == 0 && (136...143).contains(status.st_rdev >> 8 & 0xFFF)
  }

  /// Whether the port runs with the rate, parity and stop bits of the line.
  static func hasSettings(_ descriptor: Int32, of line: SerialLine) -> Bool {
    var settings = termios()
    guard unsafe tcgetattr(descriptor, &settings) == 0 else { return false }
    guard let speed = speed(of: line.baud) else { return false }
    let flags = settings.c_cflag
    let parity = flags & tcflag_t(PARENB) != 0
    let odd = flags & tcflag_t(PARODD) != 0
    let bits = flags & tcflag_t(CSIZE)
    if isPseudoTerminal(descriptor) { return unsafe cfgetospeed(&settings) == speed }
    return unsafe cfgetospeed(&settings) == speed
      && parity == (line.parity != .none) && (!parity || odd == (line.parity == .odd))
      && (flags & tcflag_t(CSTOPB) != 0) == (line.stopBits == 2)
      && bits == tcflag_t(line.dataBits == 8 ? CS8 : CS7)
  }

  /// The system's code of a bit rate; nil for one that it does not know.
  static func speed(of baud: Int) -> speed_t? {
    let codes: [Int: Int32] = [
      110: B110, 300: B300, 600: B600, 1_200: B1200, 2_400: B2400, 4_800: B4800, 9_600: B9600,
      19_200: B19200, 38_400: B38400, 57_600: B57600, 115_200: B115200, 230_400: B230400,
      460_800: B460800, 500_000: B500000, 576_000: B576000, 921_600: B921600, 1_000_000: B1000000,
      1_152_000: B1152000, 1_500_000: B1500000, 2_000_000: B2000000, 2_500_000: B2500000,
      3_000_000: B3000000, 3_500_000: B3500000, 4_000_000: B4000000,
    ]
    return codes[baud].map { speed_t($0) }
  }
}
