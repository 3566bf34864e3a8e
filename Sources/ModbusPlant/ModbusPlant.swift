// ModbusPlant
