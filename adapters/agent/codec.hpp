// Messages of the agent protocol to and from AMQP.
//
// Thread: any; pure. Decoding takes whatever the other side sent: what is missing, of a wrong type
// or over a limit of protocol.hpp is an Errc::invalid_input or too_large that names the field;
// nothing is thrown. Fields that are not known are ignored, so that a later version may add some.
#pragma once

#include "adapters/agent/protocol.hpp"
#include "adapters/amqp/message.hpp"

namespace cpe::agent {

[[nodiscard]] amqp::Message encode(const FromGuest& message);
[[nodiscard]] amqp::Message encode(const ToGuest& message);

[[nodiscard]] Result<FromGuest> decode_from_guest(const amqp::Message& message);
[[nodiscard]] Result<ToGuest> decode_to_guest(const amqp::Message& message);

}  // namespace cpe::agent
