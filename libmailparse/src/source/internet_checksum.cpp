#include "source/internet_checksum.hpp"

namespace mailparse {

TcpChecksum judge_tcp_checksum(const IpAddress& source, const IpAddress& destination,
                               std::string_view segment) noexcept {
  constexpr std::size_t field = 16;
  const auto address_sum = [](const IpAddress& address) {
    return ones_complement_sum({reinterpret_cast<const char*>(address.octets.data()), address.octets.size()});
  };
  const auto in_host_order = [](std::uint64_t value) {
    const auto wide = static_cast<std::uint32_t>(value);
    return std::uint64_t{host_is_little ? std::byteswap(wide) : wide};
  };
  constexpr std::uint64_t tcp = 6;
  const std::uint64_t without_length = address_sum(source) + address_sum(destination) + in_host_order(tcp);
  const std::uint64_t pseudo_header = without_length + in_host_order(segment.size());
  if (fold(pseudo_header + ones_complement_sum(segment)) == 0xFFFF) return TcpChecksum::good;
  // Checksum offload leaves the sum of the pseudo-header in the field, some drivers with a length of 0 for large sends.
  const auto stated = load<std::uint16_t>(segment.data() + field, false);
  if (stated == fold(pseudo_header) || stated == fold(without_length)) return TcpChecksum::partial;
  return TcpChecksum::bad;
}

}  // namespace mailparse
