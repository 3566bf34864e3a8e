// A plain libmodbus server, and a plain libmodbus client in a loop.
//
//     modbus_loop serve          prints its port, answers one client after another until it is ended
//     modbus_loop PORT COUNT     prints one JSON object with the median of each function in microseconds
#include <modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static void need(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
  std::exit(1);
}

static int serve() {
  modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *mapping = modbus_mapping_new(100, 100, 100, 100);
  int listening = modbus_tcp_listen(context, 1);
  need(listening >= 0, "listen");
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listening, reinterpret_cast<sockaddr *>(&address), &size);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  for (;;) {
    int accepted = modbus_tcp_accept(context, &listening);
    need(accepted >= 0, "accept");
    // libmodbus sets this on clients only.
    int on = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (int length; (length = modbus_receive(context, query)) >= 0;) {
      if (length > 0) modbus_reply(context, query, length, mapping);
    }
    close(accepted);
  }
}

static long now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

template <class Request>
static double median(int count, Request request) {
  std::vector<long> times(count);
  for (long &time : times) {
    long began = now();
    need(request() > 0, "request");
    time = now() - began;
  }
  std::sort(times.begin(), times.end());
  return times[count / 2] / 1000.0;
}

int main(int argc, char **argv) {
  if (argc == 2 && std::strcmp(argv[1], "serve") == 0) return serve();
  if (argc != 3) return 64;
  int count = std::atoi(argv[2]);
  modbus_t *context = modbus_new_tcp("127.0.0.1", std::atoi(argv[1]));
  modbus_set_slave(context, 1);
  need(modbus_connect(context) == 0, "connect");
  uint16_t written[10], values[10];
  std::fill(written, written + 10, 7);
  double read = median(count, [&] { return modbus_read_registers(context, 0, 10, values); });
  double write = median(count, [&] { return modbus_write_registers(context, 0, 10, written); });
  double coil = median(count, [&] { return modbus_write_bit(context, 0, 1); });
  double both = median(count, [&] { return modbus_write_and_read_registers(context, 0, 10, written, 20, 10, values); });
  std::printf("{\"3\": %g, \"16\": %g, \"5\": %g, \"23\": %g}\n", read, write, coil, both);
}
