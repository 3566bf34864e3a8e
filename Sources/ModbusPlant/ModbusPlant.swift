#if Modbus
  import CModbus
#endif

/// The Modbus library that the program is built with.
public enum ModbusLibrary {
  /// The version of libmodbus that is loaded, such as `3.1.6`; nil where the program was built without Modbus.
  public static var version: String? {
    #if Modbus
      "\(libmodbus_version_major).\(libmodbus_version_minor).\(libmodbus_version_micro)"
    #else
      nil
    #endif
  }
}
